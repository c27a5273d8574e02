package dev.orrery.transport.akka;

import java.time.Duration;

/**
 * The delay before the next actor system may start: none if restarts are rare, and longer the more
 * often they happen.
 */
final class RestartBackoff {
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final Duration CALM = Duration.ofMinutes(5);

  private Duration next = Duration.ZERO;
  private long lastNanos;
  private boolean any;

  /** How long to wait before the one that is due now. */
  Duration delay(long nowNanos) {
    if (!any || nowNanos - lastNanos > CALM.toNanos()) {
      next = Duration.ZERO;
    }
    any = true;
    lastNanos = nowNanos;
    Duration delay = next;
    next = next.isZero() ? Duration.ofSeconds(1) : next.multipliedBy(2);
    next = next.compareTo(LONGEST) > 0 ? LONGEST : next;
    return delay;
  }
}
