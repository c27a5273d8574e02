package dev.orrery.scheduler.model.instance;

import java.time.Duration;

/** Defines how long after its time-out the scheduler itself ends an attempt. */
public final class AttemptDeadline {
  /**
   * The worker stops an attempt at its time-out, and the scheduler ends it this much later. The
   * report of the worker is preferred, because it has the output of the attempt.
   */
  public static final Duration REPORT_MARGIN = Duration.ofSeconds(2);

  private AttemptDeadline() {}
}
