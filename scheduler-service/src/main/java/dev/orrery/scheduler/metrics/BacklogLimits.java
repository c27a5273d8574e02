package dev.orrery.scheduler.metrics;

/** Limits of what the metrics of the backlog count, so that their queries stay cheap. */
final class BacklogLimits {
  /** Counting stops here, so the query costs the same whatever the backlog. */
  static final int EXACT = 10_000;

  /** There may be any number of apps, and a metric with a label of their names must not grow so. */
  static final int APPS = 100;

  /** Far above what one more agent is worth, and still a short walk of an index. */
  static final int READY_OF_APP = 5_000;

  /** The most pairs of a lane and a priority that are counted: those of the oldest lanes. */
  static final int STEPS = 2_000;

  /** Such a pair with fewer ready instances is counted exactly. */
  static final int READY_AT_A_GLANCE = 10;

  /** Each of the others is counted up to an equal share of this. */
  static final int READY_SHARED = 20_000;

  private BacklogLimits() {}
}
