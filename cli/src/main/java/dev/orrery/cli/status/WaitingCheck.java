package dev.orrery.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.instance.RequiredWorker;
import dev.orrery.cli.instance.WaitingReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checks why instances of each app are waiting. */
final class WaitingCheck {
  /** Only the newest instances of each app are checked. */
  private static final int MAX_INSTANCES = 500;

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
      findings.add(Finding.ok(CHECK, "no instance waits for anything but its turn."));
    }
    return findings;
  }

  private List<Finding> ofApp(String app) {
    String path = SchedulerClient.appPath(app) + "/instances?state=WAITING";
    Map<String, List<JsonNode>> byReason = new LinkedHashMap<>();
    for (JsonNode instance : PageReader.read(client, path, MAX_INSTANCES).path("items")) {
      byReason
          .computeIfAbsent(instance.path("waitingFor").asText(""), reason -> new ArrayList<>())
          .add(instance);
    }
    List<Finding> findings = new ArrayList<>();
    byReason.forEach(
        (reason, instances) -> finding(app, reason, instances).ifPresent(findings::add));
    return findings;
  }

  /**
   * Returns empty for reasons that the job asks for, such as BACKOFF, and for DISPATCH, which is
   * transient.
   */
  private Optional<Finding> finding(String app, String reason, List<JsonNode> instances) {
    String what =
        "app "
            + app
            + ": "
            + instances.size()
            + (instances.size() == 1 ? " instance" : " instances")
            + " of "
            + String.join(", ", distinct(instances, instance -> instance.path("job").asText()))
            + ": "
            + WaitingReason.of(reason)
            + ".";
    return switch (reason) {
      case "NO_WORKER" ->
          warning(
              what,
              "start an agent for app "
                  + app
                  + ", with a token of ./orrery token create -a "
                  + app
                  + " --role worker");
      case "NO_MATCHING_WORKER" ->
          warning(
              what
                  + " "
                  + String.join("; ", distinct(instances, WaitingCheck::need))
                  + "; the workers have "
                  + String.join(", ", offers(app))
                  + ".",
              "change the job, or orrery.worker.processors and orrery.worker.tags of a worker"
                  + (instances.stream().anyMatch(WaitingCheck::isForPowerJob)
                      ? "; PowerJob workers join an app after ./orrery powerjob open " + app
                      : ""));
      case "PAUSED" -> warning(what, "./orrery resume JOB -a " + app);
      case "APP_PAUSED" -> warning(what, "./orrery resume -a " + app);
      case "CAPACITY" -> warning(what, "start more workers, or raise orrery.worker.capacity");
      case "PARENT_LIMIT" ->
          warning(what, "start more workers, or run jobs with fanOut and flows less often");
      default -> Optional.empty();
    };
  }

  private static boolean isForPowerJob(JsonNode instance) {
    return instance.path("processor").asText().equals("powerjob");
  }

  private static Optional<Finding> warning(String detail, String fix) {
    return Optional.of(Finding.warn(CHECK, detail, fix));
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
