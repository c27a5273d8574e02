package dev.orrery.it.harness;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** What this machine has for a test, beside all else that runs on it. */
public final class Machine {
  private Machine() {}

  /**
   * A limit that was set for a machine that has nothing else to do, longer where more programs want
   * to run than there are processors.
   */
  public static Duration shared(Duration idle) {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    double crowd = load / Runtime.getRuntime().availableProcessors();
    return Duration.ofMillis((long) (idle.toMillis() * Math.max(1, crowd)));
  }
}
