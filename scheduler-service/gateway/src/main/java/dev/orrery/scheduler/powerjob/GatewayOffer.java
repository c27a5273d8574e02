package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.powerjob.WorkerSelector;
import dev.orrery.scheduler.http.security.TokenHash;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import java.util.List;
import java.util.stream.Stream;

/**
 * The kind and the tags of the runs that one session of a PowerJob worker takes. An offer never
 * changes: when a worker matches other jobs than before, it gets another session, and its former
 * session ends with its last run.
 *
 * @param tags the tags of the job selectors that the worker matches, sorted
 */
record GatewayOffer(TrackerKind kind, List<String> tags) {
  /** Sessions may have as many. */
  private static final int MAX_TAGS = 200;

  GatewayOffer {
    tags = tags.stream().sorted().toList();
  }

  /** Returns what a worker offers now. */
  static List<GatewayOffer> of(OpenedApp app, String workerTag, WorkerAddress address) {
    List<String> tags =
        app.selectors().stream()
            .filter(selector -> selector.matches(workerTag, address))
            .map(WorkerSelector::tag)
            .limit(MAX_TAGS)
            .toList();
    Stream<TrackerKind> kinds =
        app.runsHeavyJobs() ? Stream.of(TrackerKind.values()) : Stream.of(TrackerKind.LIGHT);
    return kinds.map(kind -> new GatewayOffer(kind, tags)).toList();
  }

  /** Returns a short name, which is the same for equal offers. */
  String name() {
    return tags.isEmpty()
        ? kind.processor()
        : kind.processor() + " " + TokenHash.of(String.join("\n", tags)).hex().substring(0, 32);
  }
}
