package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;

/**
 * The end of one instance.
 *
 * @param runMillis duration of the last attempt on its worker; null if the worker did not report it
 */
record JobEnd(long instance, InstanceState state, Instant endedAt, Long runMillis) {

  boolean isSuccess() {
    return state == InstanceState.SUCCEEDED;
  }

  boolean isFailure() {
    return state == InstanceState.FAILED || state == InstanceState.TIMED_OUT;
  }

  /** Returns true if the end shows whether the job works; a cancel or a skipped fire does not. */
  boolean isVerdict() {
    return isSuccess() || isFailure();
  }
}
