package dev.orrery.scheduler.engine.completion;

import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.document.RetryDocument;
import java.time.Duration;

/** Decides whether an instance runs again or ends after an attempt. This is a pure rule. */
public sealed interface RetryDecision {

  /**
   * The first wait before an attempt that this release cannot read is tried again; doubles each
   * time.
   */
  Duration FIRST_WAIT = Duration.ofMinutes(1);

  /** The maximum of that wait. */
  Duration MAX_WAIT = Duration.ofHours(1);

  /**
   * The number of hand-backs after which an instance still runs again immediately, because a
   * draining worker hands back its attempts to others.
   */
  int HAND_BACKS_AT_ONCE = 2;

  /** The first wait after further hand-backs; doubles each time. */
  Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** The maximum of that wait. */
  Duration MAX_PAUSE = Duration.ofMinutes(5);

  /**
   * The instance ends.
   *
   * @param reason null if the state alone explains the end
   */
  record Finish(InstanceState state, EndReason reason) implements RetryDecision {}

  /**
   * The instance runs again.
   *
   * @param after zero makes it ready instead of scheduled
   */
  record RunAgain(FailureCounts counts, Duration after) implements RetryDecision {
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
  record FailureCounts(int failures, int losses) {
    private int handBacksBefore(int attempt) {
      return Math.max(0, attempt - 1 - failures - losses);
    }
  }

  /**
   * Returns the decision for an attempt that has ended.
   *
   * @param attempt its number, from 1
   * @param counts the counts before this end
   * @param canceled the reason of a cancel request, after which every end but success is CANCELED;
   *     null if there was none
   */
  static RetryDecision of(
      AttemptEnd end, int attempt, FailureCounts counts, RetryDocument retry, EndReason canceled) {
    if (end == AttemptEnd.SUCCEEDED) {
      return new Finish(InstanceState.SUCCEEDED, null);
    }
    if (canceled != null) {
      return new Finish(InstanceState.CANCELED, canceled);
    }
    return switch (end) {
      case SUCCEEDED -> throw new IllegalStateException("Decided above");
      case TIMED_OUT -> failed(InstanceState.TIMED_OUT, counts, retry);
      // A worker that cancels an attempt without a request has failed it.
      case FAILED, CANCELED -> failed(InstanceState.FAILED, counts, retry);
      case HANDED_BACK -> new RunAgain(counts, pauseAfter(counts.handBacksBefore(attempt) + 1));
      case LOST -> lost(counts, retry);
    };
  }

  /**
   * Delays an attempt that cannot be sent, because this release cannot read its document or its row
   * contradicts its version. A newer release or an edit may fix that during the delay. Without the
   * delay, workers would claim the attempt again and again.
   *
   * @param attempt its number, from 1
   */
  static RetryDecision ofUnreadable(RetryDecision decision, int attempt) {
    if (!(decision instanceof RunAgain again)) {
      return decision;
    }
    Duration wait = doubled(FIRST_WAIT, attempt - 1, MAX_WAIT);
    return again.after().compareTo(wait) < 0 ? new RunAgain(again.counts(), wait) : again;
  }

  /**
   * Ends the instance of a failed attempt that would fail again. A cancel request still decides its
   * state.
   */
  static RetryDecision ofNonRetryable(RetryDecision decision) {
    return decision instanceof Finish end && end.state() == InstanceState.CANCELED
        ? end
        : new Finish(InstanceState.FAILED, EndReason.NON_RETRYABLE);
  }

  /**
   * Ends a part that only its own worker may run. In the queue, any worker could claim it.
   *
   * @param end the end of the attempt
   */
  static RetryDecision ofPinned(RetryDecision decision, AttemptEnd end) {
    if (decision instanceof Finish) {
      return decision;
    }
    return switch (end) {
      case LOST, HANDED_BACK -> new Finish(InstanceState.FAILED, EndReason.WORKER_LOST);
      case TIMED_OUT -> new Finish(InstanceState.TIMED_OUT, null);
      case SUCCEEDED, FAILED, CANCELED -> new Finish(InstanceState.FAILED, null);
    };
  }

  /** Bounds the rate of attempts if a worker hands everything back. */
  private static Duration pauseAfter(int handBacks) {
    return handBacks <= HAND_BACKS_AT_ONCE
        ? Duration.ZERO
        : doubled(FIRST_PAUSE, handBacks - HAND_BACKS_AT_ONCE - 1, MAX_PAUSE);
  }

  private static Duration doubled(Duration first, int times, Duration longest) {
    // 2^30 seconds exceed every maximum wait.
    Duration wait = first.multipliedBy(1L << Math.min(times, 30));
    return wait.compareTo(longest) < 0 ? wait : longest;
  }

  private static RetryDecision failed(
      InstanceState state, FailureCounts counts, RetryDocument retry) {
    int failures = counts.failures() + 1;
    if (failures >= retry.maxAttempts()) {
      return new Finish(state, null);
    }
    return new RunAgain(new FailureCounts(failures, counts.losses()), retry.backoffAfter(failures));
  }

  private static RetryDecision lost(FailureCounts counts, RetryDocument retry) {
    int losses = counts.losses() + 1;
    if (losses > retry.maxWorkerLosses()) {
      return new Finish(InstanceState.FAILED, EndReason.WORKER_LOST);
    }
    return new RunAgain(new FailureCounts(counts.failures(), losses), Duration.ZERO);
  }
}
