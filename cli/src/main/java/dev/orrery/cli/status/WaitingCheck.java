package dev.orrery.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.instance.RequiredWorker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks what keeps the instances of each app waiting. */
final class WaitingCheck {
  /** The newest ones of each app that are looked at. */
  private static final int MOST = 500;

  private static final String CHECK = "waiting";

  private final SchedulerClient client;
  private final JsonNode workers;

  /**
   * @param workers that are connected
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
    String path = "/apps/" + SchedulerClient.encoded(app);
    Map<String, Set<String>> jobs = new LinkedHashMap<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (JsonNode instance :
        PageReader.read(client, path + "/instances?state=WAITING", MOST).path("items")) {
      String reason = instance.path("waitingFor").asText("");
      counts.merge(reason, 1, Integer::sum);
      jobs.computeIfAbsent(reason, key -> new TreeSet<>()).add(instance.path("job").asText());
    }
    List<Finding> findings = new ArrayList<>();
    counts.forEach(
        (reason, count) -> {
          String who =
              "app "
                  + app
                  + ": "
                  + count
                  + (count == 1 ? " instance" : " instances")
                  + " of "
                  + String.join(", ", jobs.get(reason));
          switch (reason) {
            case "NO_WORKER" ->
                findings.add(
                    Finding.warn(
                        CHECK,
                        who + ": no worker of this app is connected.",
                        "start an agent for app "
                            + app
                            + ", with a token of ./orrery token create -a "
                            + app
                            + " --role worker"));
            case "NO_MATCHING_WORKER" -> findings.add(noMatch(app, who, jobs.get(reason)));
            case "PAUSED" ->
                findings.add(
                    Finding.warn(
                        CHECK,
                        who + ": the job or the app is paused.",
                        "./orrery resume [JOB] -a " + app));
            case "CAPACITY" ->
                findings.add(
                    Finding.warn(
                        CHECK,
                        who + ": all matching workers are full.",
                        "start more workers, or raise orrery.worker.capacity"));
            default -> {
              // DUE_TIME, BACKOFF, OVERLAP and CONCURRENCY are what the job asks for.
            }
          }
        });
    return findings;
  }

  private Finding noMatch(String app, String who, Set<String> jobs) {
    List<String> needs =
        jobs.stream().map(job -> job + " needs " + RequiredWorker.of(client, app, job)).toList();
    Set<String> offers = new TreeSet<>();
    for (JsonNode worker : workers) {
      if (worker.path("app").asText().equals(app)) {
        worker.path("processors").forEach(one -> offers.add(one.asText()));
        worker.path("tags").forEach(tag -> offers.add("tag " + tag.asText()));
      }
    }
    return Finding.warn(
        CHECK,
        who
            + ": no connected worker matches. "
            + String.join("; ", needs)
            + "; the workers have "
            + String.join(", ", offers)
            + ".",
        "change the job, or orrery.worker.processors and orrery.worker.tags of a worker");
  }
}
