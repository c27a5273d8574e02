package dev.orrery.scheduler.engine.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A scan of one priority of a lane: one entry in the list that a claim works through. */
record LaneScan(Lane lane, int priority, ClaimCursor.Scan scan) {

  /**
   * Returns one scan for each priority of each lane: the highest priority first, and within a
   * priority the lanes in a circle whose start rotates from claim to claim, so no lane starves.
   *
   * @param lanes at least one
   * @param rotation the number of earlier claims
   */
  static List<LaneScan> inOrder(List<Lane> lanes, int rotation, long nowNanos) {
    Set<Integer> descending = new TreeSet<>(Comparator.reverseOrder());
    lanes.forEach(lane -> descending.addAll(lane.priorities()));
    int first = Math.floorMod(rotation, lanes.size());
    List<LaneScan> scans = new ArrayList<>();
    for (int priority : descending) {
      for (int i = 0; i < lanes.size(); i++) {
        Lane lane = lanes.get((first + i) % lanes.size());
        if (lane.priorities().contains(priority)) {
          scans.add(new LaneScan(lane, priority, lane.cursor(priority).next(nowNanos)));
        }
      }
    }
    return scans;
  }

  ClaimCursor cursor() {
    return lane.cursor(priority);
  }
}
