package dev.orrery.scheduler.notification;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try; a pure rule. Doubles, and is spread over the upper half, so
 * that what failed together does not come back together.
 */
record WebhookBackoff(Duration first, Duration longest, RandomGenerator random) {

  /**
   * @param failed how many tries have failed, at least 1
   * @param askedFor what the receiver asked for; longer than the longest does not count
   */
  Duration after(int failed, Duration askedFor) {
    Duration doubled = first;
    for (int i = 1; i < failed && doubled.compareTo(longest) < 0; i++) {
      doubled = doubled.multipliedBy(2);
    }
    long millis = Math.min(doubled.toMillis(), longest.toMillis());
    long spread = millis / 2 + (long) (random.nextDouble() * (millis - millis / 2));
    long asked = Math.min(askedFor.toMillis(), longest.toMillis());
    return Duration.ofMillis(Math.max(spread, asked));
  }
}
