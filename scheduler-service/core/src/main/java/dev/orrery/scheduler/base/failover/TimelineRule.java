package dev.orrery.scheduler.base.failover;

/** Decides whether the database has failed over, restarted or lost commits. This is a pure rule. */
final class TimelineRule {
  private TimelineRule() {}

  /**
   * Compares two positions, in the order of their queries.
   *
   * <p>The end of the log decides, because it grows with each commit. The log of a promoted standby
   * ends where it had replayed the log of its primary, and a server that starts writes its first
   * checkpoint at the end of its log; if this replica saw a later end, the difference is lost. New
   * commits change neither position.
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

  /** Returns false if an identity is hidden: the server may be the same. */
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
