package dev.orrery.scheduler.dispatch;

import java.time.Duration;

/**
 * The time-out of an attempt, which two sides enforce: the worker stops the attempt at its
 * time-out, and the scheduler ends it a margin later. This is a pure rule.
 */
public final class AttemptTimeoutRule {
  /**
   * The time that the scheduler waits longer than the worker. The report of the worker is
   * preferred, because it has the output of the attempt.
   */
  public static final Duration MARGIN = Duration.ofSeconds(2);

  private AttemptTimeoutRule() {}

  /** Returns the time until the scheduler ends an attempt that the worker must stop after this. */
  public static Duration untilDeadline(Duration timeLeft) {
    return timeLeft.plus(MARGIN);
  }
}
