package dev.orrery.scheduler.base.lifecycle;

import dev.orrery.protocol.startup.StartupException;
import java.time.Duration;

/** Refuses to start with a delay that would keep a stopping service alive for too long. */
final class ShutdownConfigCheck {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private ShutdownConfigCheck() {}

  static void require(Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
      throw new StartupException(
          "orrery.shutdown.delay is " + delay + "; set it to at most " + LONGEST + ", or to 0s.");
    }
  }
}
