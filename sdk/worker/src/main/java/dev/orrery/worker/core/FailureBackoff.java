package dev.orrery.worker.core;

import dev.orrery.protocol.retry.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes the delay before a request is tried again. It counts consecutive failures and applies
 * {@link Backoff} with jitter. Belongs to the event loop.
 */
public final class FailureBackoff {
  private static final Backoff OF_WORKER =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  private final Backoff backoff;
  private final RandomGenerator jitter;
  private int failures;

  /** The back-off of a worker that cannot reach its scheduler. */
  public static FailureBackoff ofWorker() {
    return new FailureBackoff(OF_WORKER, RandomGenerator.getDefault());
  }

  public FailureBackoff(Backoff backoff, RandomGenerator jitter) {
    this.backoff = backoff;
    this.jitter = jitter;
  }

  /** Counts a failure and returns the delay after it. */
  public Duration next() {
    failures++;
    return backoff.after(failures, jitter);
  }

  /** Starts again with the first delay, after a success. */
  public void reset() {
    failures = 0;
  }
}
