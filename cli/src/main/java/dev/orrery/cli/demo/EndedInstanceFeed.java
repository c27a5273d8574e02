package dev.orrery.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.SchedulerClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Returns each instance of an app once, after it has ended. */
final class EndedInstanceFeed {
  private static final int PAGE = 100;

  private final SchedulerClient client;
  private final String path;
  private final Set<String> seen = new HashSet<>();

  EndedInstanceFeed(SchedulerClient client, String app) {
    this.client = client;
    this.path = SchedulerClient.appPath(app) + "/instances?limit=" + PAGE;
  }

  void skipPresent() {
    next();
  }

  /** Returns instances that have ended since the last call, in the order of their ends. */
  List<EndedInstance> next() {
    List<EndedInstance> ended = new ArrayList<>();
    for (JsonNode instance : client.get(path).body().path("items")) {
      if (instance.hasNonNull("endedAt") && seen.add(instance.path("id").asText())) {
        ended.add(EndedInstance.of(instance));
      }
    }
    ended.sort(Comparator.comparing(EndedInstance::endedAt));
    return ended;
  }
}
