package dev.orrery.protocol.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes the delay before a retry: exponential back-off with an upper bound. This is a pure rule.
 *
 * @param first the delay after one failure, more than zero; doubles with each further failure
 * @param max the upper bound
 */
public record Backoff(Duration first, Duration max) {

  /**
   * Returns the delay after a failure.
   *
   * @param failures in a row, this one included; at least 1
   */
  public Duration after(int failures) {
    // 2^40 times a millisecond is more than any bound; larger shifts would overflow.
    long factor = 1L << Math.min(failures - 1, 40);
    long millis = first.toMillis();
    return millis > max.toMillis() / factor ? max : Duration.ofMillis(millis * factor);
  }

  /**
   * Returns a random delay between half of {@link #after(int)} and all of it. Jitter spreads out
   * clients that failed at the same time.
   *
   * @param failures in a row, this one included; at least 1
   */
  public Duration after(int failures, RandomGenerator jitter) {
    long millis = after(failures).toMillis();
    return Duration.ofMillis(millis / 2 + jitter.nextLong(millis - millis / 2 + 1));
  }
}
