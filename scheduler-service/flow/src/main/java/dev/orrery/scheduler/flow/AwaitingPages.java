package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.flow.ParentStore.Awaiting;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads all parents that await their parts or nodes, page by page. Apps take turns. */
final class AwaitingPages {
  /** The last read parent of each lane with more; the first one has the next turn. */
  private final ArrayDeque<Awaiting> lanes = new ArrayDeque<>();

  private boolean begun;

  /** Returns the next page; empty once after the last one. Blocks. */
  List<Long> next(EngineDatabase database) {
    if (!begun) {
      lanes.clear();
      database.autocommit(ParentStore::awaitingLanes).stream()
          .map(lane -> new Awaiting(lane, -1))
          .forEach(lanes::add);
      begun = true;
    }
    while (!lanes.isEmpty()) {
      List<Awaiting> after = lanes.stream().limit(ParentLimits.RECONCILE_BATCH_SIZE).toList();
      int each = ParentLimits.RECONCILE_BATCH_SIZE / after.size();
      List<Awaiting> page =
          database.autocommit(connection -> ParentStore.awaitingAfter(connection, after, each));
      after.forEach(lane -> lanes.remove());
      lanes.addAll(withMore(page, each));
      if (!page.isEmpty()) {
        return page.stream().map(Awaiting::id).toList();
      }
    }
    begun = false;
    return List.of();
  }

  /** Returns the last parent of each lane of which the page has as many as it may have. */
  private static List<Awaiting> withMore(List<Awaiting> page, int each) {
    Map<Integer, List<Awaiting>> byLane =
        page.stream().collect(Collectors.groupingBy(Awaiting::lane));
    return byLane.values().stream()
        .filter(parents -> parents.size() == each)
        .map(parents -> parents.get(parents.size() - 1))
        .toList();
  }
}
