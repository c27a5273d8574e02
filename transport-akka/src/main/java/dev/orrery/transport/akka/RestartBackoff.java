package dev.orrery.transport.akka;

import java.time.Duration;

/**
 * When the next actor system may be made: at once if that is rare, later and later if it is not.
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
