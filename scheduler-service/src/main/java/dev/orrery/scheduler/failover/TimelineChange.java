package dev.orrery.scheduler.failover;

/** The difference between two positions of the database. */
sealed interface TimelineChange {

  /** The same database goes on. */
  record None() implements TimelineChange {}

  /** Another server goes on where the one before ended. */
  record Promotion(long before, long now) implements TimelineChange {}

  /** The server was started again, with all that it had. */
  record Restart() implements TimelineChange {}

  /** The last commits may be missing. */
  record Loss(String reason) implements TimelineChange {}
}
