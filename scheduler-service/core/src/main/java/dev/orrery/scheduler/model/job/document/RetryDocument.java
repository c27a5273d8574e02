package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.retry.Backoff;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;

/**
 * Limits and delays of the attempts of an instance.
 *
 * @param maxAttempts attempts that may end FAILED or TIMED_OUT, 1 or more
 * @param backoff delay before the second attempt; doubles for each further attempt
 * @param maxBackoff the maximum delay
 * @param maxWorkerLosses the maximum number of attempts that may be lost with their worker; counted
 *     separately
 */
@RegisterForReflection
public record RetryDocument(
    int maxAttempts, Duration backoff, Duration maxBackoff, int maxWorkerLosses) {

  /**
   * Returns the delay after a failure.
   *
   * @param failures number of failures, including this one
   */
  public Duration backoffAfter(int failures) {
    return new Backoff(backoff, maxBackoff).after(failures);
  }
}
