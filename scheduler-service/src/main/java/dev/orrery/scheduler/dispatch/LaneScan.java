package dev.orrery.scheduler.dispatch;

/** A scan of one priority of a lane: one entry in the list that a claim works through. */
record LaneScan(Lane lane, int priority, ClaimCursor.Scan scan) {
  ClaimCursor cursor() {
    return lane.cursor(priority);
  }
}
