package dev.orrery.scheduler.base.failover;

/** The difference between two positions of the database. */
sealed interface TimelineChange {

  record None() implements TimelineChange {}

  /** Another server has taken over without a visible loss. */
  record Promotion(long before, long now) implements TimelineChange {}

  /** The server was restarted without a loss. */
  record Restart() implements TimelineChange {}

  /** The last commits may be missing. */
  record Loss(String reason) implements TimelineChange {}
}
