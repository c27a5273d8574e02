package dev.orrery.scheduler.extras.statistics;

/** Limits that keep the queries of the backlog metrics cheap. */
final class BacklogLimits {
  /** Counting stops here, so the cost of the query does not grow with the backlog. */
  static final int MAX_COUNT = 10_000;

  /** The most apps of a metric with an app label, because the number of apps has no bound. */
  static final int MAX_APPS = 100;

  /**
   * The most ready instances that count for an app: far more than one more agent can take, and
   * still a short index scan.
   */
  static final int MAX_READY_PER_APP = 5_000;

  /** The most pairs of a lane and a priority that are counted: those of the oldest lanes. */
  static final int MAX_STEPS = 2_000;

  /** A pair with fewer ready instances is counted exactly. */
  static final int READY_AT_A_GLANCE = 10;

  /** Each other pair is counted up to an equal share of this number. */
  static final int READY_SHARED = 20_000;

  private BacklogLimits() {}
}
