package dev.orrery.transport.akka;

import dev.orrery.protocol.retry.Backoff;
import java.time.Duration;

/**
 * The delay before the next actor system may start: zero after five quiet minutes, then one second,
 * doubled with each restart up to a minute. It has no jitter, because a process restarts only its
 * own system.
 */
final class RestartBackoff {
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
  private static final Duration QUIET = Duration.ofMinutes(5);

  /** Restarts since the last five quiet minutes. */
  private int restarts;

  private long lastNanos;

  /** Counts a restart and returns the delay before it. */
  Duration delay(long nowNanos) {
    if (nowNanos - lastNanos > QUIET.toNanos()) {
      restarts = 0;
    }
    lastNanos = nowNanos;
    return restarts++ == 0 ? Duration.ZERO : BACKOFF.after(restarts - 1);
  }
}
