package dev.orrery.scheduler.timeline;

import java.util.Objects;

/** Decides whether the database goes on, or has gone back in time. A pure rule. */
final class TimelineRule {
  private TimelineRule() {}

  /**
   * Compares two positions, of which the second was seen later.
   *
   * <p>The end of the log decides, because it grows with each commit. A promoted standby ends where
   * it had replayed the log of its primary; if this replica saw a later end, that part is lost.
   */
  static TimelineChange between(DatabasePosition before, DatabasePosition now) {
    if (!Objects.equals(before.system(), now.system()) || before.database() != now.database()) {
      return new TimelineChange.Loss("it is another database, whose past is not known");
    }
    if (now.newestVersion() < before.newestVersion()) {
      return new TimelineChange.Loss(
          "the newest job version has id %d, and was %d"
              .formatted(now.newestVersion(), before.newestVersion()));
    }
    if (before.timeline() == null || now.timeline() == null) {
      return new TimelineChange.None();
    }
    int order = now.timeline().compareTo(before.timeline());
    if (order < 0) {
      return new TimelineChange.Loss(
          "it is on timeline %d, and was on %d".formatted(now.timeline(), before.timeline()));
    }
    if (order == 0) {
      return now.flushed() < before.flushed()
          ? new TimelineChange.Loss(
              "its log ends %d bytes earlier than it did"
                  .formatted(before.flushed() - now.flushed()))
          : new TimelineChange.None();
    }
    return now.replayed() != null && now.replayed() < before.flushed()
        ? new TimelineChange.Loss(
            "the server of timeline %d lacks the last %d bytes of the log of timeline %d"
                .formatted(now.timeline(), before.flushed() - now.replayed(), before.timeline()))
        : new TimelineChange.Promotion(before.timeline(), now.timeline());
  }
}
