package dev.orrery.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.instance.ReasonText;
import dev.orrery.cli.instance.RequiredWorker;
import dev.orrery.cli.instance.WorkerAdvice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checks, for each app, why its instances are waiting. */
final class WaitingCheck {
  /** A finding names the jobs of the newest instances of a reason; the server counts all. */
  private static final int NAMED = 500;

  /**
   * The reasons to warn of. The others are what the job asks for, such as BACKOFF, or transient, as
   * DISPATCH.
   */
  private static final Set<String> REPORTED =
      Set.of("NO_WORKER", "NO_MATCHING_WORKER", "PAUSED", "APP_PAUSED", "CAPACITY", "PARENT_LIMIT");

  private static final String CHECK = "waiting";

  private final SchedulerClient client;
  private final JsonNode workers;

  /**
   * @param workers the connected workers
   */
  WaitingCheck(SchedulerClient client, JsonNode workers) {
    this.client = client;
    this.workers = workers;
  }

  List<Finding> findings(JsonNode apps) {
    List<Finding> findings = new ArrayList<>();
    for (JsonNode app : apps) {
      findings.addAll(ofApp(app.path("name").asText()));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok(CHECK, "no run waits for anything but its turn."));
    }
    return findings;
  }

  private List<Finding> ofApp(String app) {
    List<Finding> findings = new ArrayList<>();
    for (JsonNode count :
        client.get(SchedulerClient.appPath(app) + "/waiting").body().path("items")) {
      String reason = count.path("waitingFor").asText();
      if (REPORTED.contains(reason)) {
        ObjectNode newest =
            PageReader.read(
                client, SchedulerClient.appPath(app) + "/instances?waitingFor=" + reason, NAMED);
        findings.add(finding(app, count, newest));
      }
    }
    return findings;
  }

  private Finding finding(String app, JsonNode count, ObjectNode newest) {
    String reason = count.path("waitingFor").asText();
    List<JsonNode> instances = new ArrayList<>();
    newest.path("items").forEach(instances::add);
    boolean isOne = count.path("count").asLong() == 1;
    String more = newest.hasNonNull("next") ? ", …" : "";
    String what =
        String.format(
            Locale.ROOT,
            "app %s: %s%,d %s waiting (%s%s): %s.",
            app,
            count.path("estimated").asBoolean() ? "about " : "",
            count.path("count").asLong(),
            isOne ? "run is" : "runs are",
            String.join(", ", distinct(instances, one -> one.path("job").asText())),
            more,
            ReasonText.waiting(count));
    return switch (reason) {
      case "NO_WORKER" ->
          warning(
              what,
              WorkerAdvice.of(
                  client,
                  app,
                  !instances.isEmpty()
                      && instances.stream().allMatch(WorkerAdvice::isForPowerJob)));
      case "NO_MATCHING_WORKER" ->
          warning(
              what
                  + " "
                  + String.join("; ", distinct(instances, WaitingCheck::need))
                  + more
                  + "; the workers have "
                  + String.join(", ", offers(app))
                  + ".",
              "change the job, or orrery.worker.processors and orrery.worker.tags of a worker"
                  + (instances.stream().anyMatch(WorkerAdvice::isForPowerJob)
                      ? "; PowerJob workers join an app after ./orrery powerjob open " + app
                      : ""));
      case "PAUSED" -> warning(what, "./orrery resume JOB -a " + app);
      case "APP_PAUSED" -> warning(what, "./orrery resume -a " + app);
      case "CAPACITY" -> warning(what, "start more workers, or raise orrery.worker.capacity");
      case "PARENT_LIMIT" ->
          warning(what, "start more workers, or start fewer flows and fan-out jobs");
      default -> throw new IllegalArgumentException(reason);
    };
  }

  private static Finding warning(String detail, String fix) {
    return Finding.warn(CHECK, detail, fix);
  }

  private static Set<String> distinct(List<JsonNode> instances, Function<JsonNode, String> text) {
    return instances.stream().map(text).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String need(JsonNode instance) {
    return instance.path("job").asText() + " needs " + RequiredWorker.of(instance);
  }

  private Set<String> offers(String app) {
    Set<String> offers = new TreeSet<>();
    for (JsonNode worker : workers) {
      if (worker.path("app").asText().equals(app)) {
        worker.path("processors").forEach(processor -> offers.add(processor.asText()));
        worker.path("tags").forEach(tag -> offers.add("tag " + tag.asText()));
      }
    }
    return offers;
  }
}
