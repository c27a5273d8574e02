package dev.orrery.scheduler.notification;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The delay before the next try. This is a pure rule: the delay doubles, with jitter over its upper
 * half, so that deliveries that failed together are not retried together.
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
