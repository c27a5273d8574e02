package dev.orrery.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.SchedulerClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Follows the runs of an app: gives each once, after it has ended. */
final class EndedRuns {
  private static final int PAGE = 100;

  private final SchedulerClient client;
  private final String path;
  private final Set<String> seen = new HashSet<>();

  EndedRuns(SchedulerClient client, String app) {
    this.client = client;
    this.path = "/apps/" + SchedulerClient.encoded(app) + "/instances?limit=" + PAGE;
  }

  /** What ended before is not shown. */
  void skipPresent() {
    next();
  }

  /** Those that have ended since the last call, in the order of their ends. */
  List<Run> next() {
    List<Run> ended = new ArrayList<>();
    for (JsonNode instance : client.get(path).body().path("items")) {
      if (instance.hasNonNull("endedAt") && seen.add(instance.path("id").asText())) {
        ended.add(Run.of(instance));
      }
    }
    ended.sort(Comparator.comparing(Run::endedAt));
    return ended;
  }
}
