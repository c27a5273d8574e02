package dev.orrery.scheduler.engine.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of one scan of a claim.
 *
 * @param reached the position at which the next scan may start; null if nothing was claimed
 * @param complete whether the scan left no ready row behind the last one that it claimed
 * @param endedNanos the end of the claim
 * @param tookNanos the duration of the whole claim
 */
record ScanResult(
    LaneScan scan, QueuePosition reached, boolean complete, long endedNanos, long tookNanos) {

  /**
   * Returns the results of the scans that were made. A claim makes its scans in their order until
   * it has enough rows, so the last one with a row is the last one made.
   *
   * @param scans of the claim, in their order
   * @param rows that it has claimed
   * @param exhausted whether it ran out of ready rows, and so made all scans
   */
  static List<ScanResult> of(
      List<LaneScan> scans,
      List<ClaimedInstance> rows,
      boolean exhausted,
      long endedNanos,
      long tookNanos) {
    Map<Long, QueuePosition> last = lastPositions(rows);
    long clockMicros = rows.stream().mapToLong(ClaimedInstance::claimedMicros).min().orElse(0);
    int made = exhausted ? scans.size() : madeUntilFull(scans, last);
    List<ScanResult> results = new ArrayList<>(made);
    for (int i = 0; i < made; i++) {
      LaneScan scan = scans.get(i);
      QueuePosition claimed = last.get(key(scan.lane().id(), scan.priority()));
      results.add(
          new ScanResult(
              scan,
              claimed == null ? null : QueuePosition.reached(claimed, clockMicros),
              exhausted || i < made - 1,
              endedNanos,
              tookNanos));
    }
    return results;
  }

  private static Map<Long, QueuePosition> lastPositions(List<ClaimedInstance> rows) {
    Map<Long, QueuePosition> last = new HashMap<>();
    rows.forEach(
        row -> last.merge(key(row.laneId(), row.priority()), row.position(), QueuePosition::later));
    return last;
  }

  private static int madeUntilFull(List<LaneScan> scans, Map<Long, QueuePosition> last) {
    int made = scans.size();
    while (made > 0
        && !last.containsKey(
            key(scans.get(made - 1).lane().id(), scans.get(made - 1).priority()))) {
      made--;
    }
    return made;
  }

  private static Long key(int lane, int priority) {
    return ((long) lane << Integer.SIZE) | (priority & 0xffffffffL);
  }
}
