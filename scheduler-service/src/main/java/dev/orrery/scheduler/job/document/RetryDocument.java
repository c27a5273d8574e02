package dev.orrery.scheduler.job.document;

import dev.orrery.protocol.retry.Backoff;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;

/**
 * Limits and delays of the attempts of an instance.
 *
 * @param maxAttempts attempts that may end FAILED or TIMED_OUT, 1 or more
 * @param backoff before the second attempt; doubles with each further one
 * @param maxBackoff where the doubling ends
 * @param maxWorkerLosses how many attempts may be lost with their worker; these are counted apart
 */
@RegisterForReflection
public record RetryDocument(
    int maxAttempts, Duration backoff, Duration maxBackoff, int maxWorkerLosses) {

  /**
   * How long to wait after a failure.
   *
   * @param failures how many there have been, this one included
   */
  public Duration backoffAfter(int failures) {
    return new Backoff(backoff, maxBackoff).after(failures);
  }
}
