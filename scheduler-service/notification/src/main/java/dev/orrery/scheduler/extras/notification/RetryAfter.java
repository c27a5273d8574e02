package dev.orrery.scheduler.extras.notification;

import dev.orrery.protocol.retry.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The delay before the next try: a back-off with jitter, or longer if the receiver requests it.
 * This is a pure rule.
 */
record RetryAfter(Backoff backoff, RandomGenerator jitter) {

  /**
   * @param failed number of failed tries, at least 1
   * @param askedFor the delay that the receiver requests, limited to the maximum of the back-off
   */
  Duration after(int failed, Duration askedFor) {
    Duration own = backoff.after(failed, jitter);
    Duration asked = askedFor.compareTo(backoff.max()) < 0 ? askedFor : backoff.max();
    return own.compareTo(asked) > 0 ? own : asked;
  }
}
