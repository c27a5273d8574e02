package dev.orrery.scheduler.completion;

import dev.orrery.scheduler.instance.AttemptEnd;
import dev.orrery.scheduler.instance.EndReason;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.job.document.RetryPolicy;
import java.time.Duration;

/**
 * Decides what follows from the end of an attempt: another attempt, or the end of the instance.
 * This is a pure rule.
 */
public sealed interface RetryDecision {

  /**
   * The instance has ended.
   *
   * @param reason null where the state says it all
   */
  record Ended(InstanceState state, EndReason reason) implements RetryDecision {}

  /**
   * The instance runs again.
   *
   * @param after zero means at once: it becomes ready, not scheduled
   */
  record Again(Tally tally, Duration after) implements RetryDecision {
    InstanceState state() {
      return after.isZero() ? InstanceState.READY : InstanceState.SCHEDULED;
    }
  }

  /**
   * The attempts of an instance by outcome. The attempt number alone is not enough, because every
   * claim takes a new one.
   *
   * @param failures attempts that FAILED or TIMED_OUT
   * @param losses attempts that were lost with their worker
   */
  record Tally(int failures, int losses) {}

  /**
   * Decides.
   *
   * @param tally before this end
   * @param cancelRequested after a cancel request every end but success is CANCELED
   */
  static RetryDecision of(AttemptEnd end, Tally tally, RetryPolicy retry, boolean cancelRequested) {
    if (end == AttemptEnd.SUCCEEDED) {
      return new Ended(InstanceState.SUCCEEDED, null);
    }
    if (cancelRequested) {
      return new Ended(InstanceState.CANCELED, EndReason.CANCELED);
    }
    return switch (end) {
      case SUCCEEDED -> throw new IllegalStateException("Decided above");
      case TIMED_OUT -> failed(InstanceState.TIMED_OUT, tally, retry);
      // A worker that stops an attempt unasked has failed it.
      case FAILED, CANCELED -> failed(InstanceState.FAILED, tally, retry);
      case HANDED_BACK -> new Again(tally, Duration.ZERO);
      case LOST -> lost(tally, retry);
    };
  }

  private static RetryDecision failed(InstanceState state, Tally tally, RetryPolicy retry) {
    int failures = tally.failures() + 1;
    if (failures >= retry.maxAttempts()) {
      return new Ended(state, null);
    }
    return new Again(new Tally(failures, tally.losses()), retry.backoffAfter(failures));
  }

  private static RetryDecision lost(Tally tally, RetryPolicy retry) {
    int losses = tally.losses() + 1;
    if (losses > retry.maxWorkerLosses()) {
      return new Ended(InstanceState.FAILED, EndReason.WORKER_LOST);
    }
    return new Again(new Tally(tally.failures(), losses), Duration.ZERO);
  }
}
