package dev.orrery.worker.core;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with jitter and an upper bound. Jitter spreads out workers that lost the
 * scheduler at the same time.
 */
public final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;
  private int failures;

  /** The back-off of a worker that cannot reach its scheduler. */
  public static Backoff ofWorker() {
    return new Backoff(FIRST, LONGEST, RandomGenerator.getDefault());
  }

  public Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  /** Between half of the time and all of it. */
  public Duration next() {
    long bound = first.toMillis() << Math.min(failures, 20);
    failures++;
    long millis = Math.min(bound, longest.toMillis());
    return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
  }

  /** It worked: the next failure waits shortly again. */
  public void reset() {
    failures = 0;
  }
}
