package dev.orrery.scheduler.failover;

/** Decides whether the database goes on, or has gone back in time. A pure rule. */
final class TimelineRule {
  private TimelineRule() {}

  /**
   * Compares two positions, of which the second was seen later.
   *
   * <p>The end of the log decides, because it grows with each commit. A promoted standby ends where
   * it had replayed the log of its primary, and a server that starts makes its first checkpoint at
   * the end of what it has; if this replica saw a later end, that part is lost. New commits move
   * neither place.
   */
  static TimelineChange between(DatabasePosition before, DatabasePosition now) {
    if (differ(before.system(), now.system()) || before.database() != now.database()) {
      return new TimelineChange.Loss("it is another database, whose past is not known");
    }
    if (now.newestVersion() < before.newestVersion()) {
      return new TimelineChange.Loss(
          "the newest job version has id %d, and was %d"
              .formatted(now.newestVersion(), before.newestVersion()));
    }
    boolean restarted = now.startedMicros() != before.startedMicros();
    if (before.timeline() == null || now.timeline() == null) {
      return restarted ? new TimelineChange.Restart() : new TimelineChange.None();
    }
    int order = now.timeline().compareTo(before.timeline());
    if (order < 0) {
      return new TimelineChange.Loss(
          "it is on timeline %d, and was on %d".formatted(now.timeline(), before.timeline()));
    }
    if (order == 0) {
      return onTheSameTimeline(before, now, restarted);
    }
    return now.replayed() != null && now.replayed() < before.flushed()
        ? new TimelineChange.Loss(
            "the server of timeline %d lacks the last %d bytes of the log of timeline %d"
                .formatted(now.timeline(), before.flushed() - now.replayed(), before.timeline()))
        : new TimelineChange.Promotion(before.timeline(), now.timeline());
  }

  /** A server that no longer shows its identity may be the same. */
  private static boolean differ(Long before, Long now) {
    return before != null && now != null && !before.equals(now);
  }

  private static TimelineChange onTheSameTimeline(
      DatabasePosition before, DatabasePosition now, boolean restarted) {
    long end = restarted ? Math.min(now.flushed(), now.checkpoint()) : now.flushed();
    if (end < before.flushed()) {
      return new TimelineChange.Loss(
          "it lacks the last %d bytes of its log".formatted(before.flushed() - end));
    }
    return restarted ? new TimelineChange.Restart() : new TimelineChange.None();
  }
}
