package dev.orrery.scheduler.base.lifecycle;

import dev.orrery.protocol.startup.StartupException;
import java.time.Duration;

/** Refuses to start with a delay that would keep a stopping service alive for too long. */
final class ShutdownConfigCheck {
  private static final Duration MAX_DELAY = Duration.ofMinutes(10);

  private ShutdownConfigCheck() {}

  static void require(Duration delay) {
    if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
      throw new StartupException(
          "orrery.shutdown.delay is " + delay + "; set it to at most " + MAX_DELAY + ", or to 0s.");
    }
  }
}
