package dev.orrery.testing.program;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Lengthens time limits of tests by the load of the machine. */
public final class MachineLoad {
  private MachineLoad() {}

  /** Returns the limit, longer where more programs want to run than there are processors. */
  public static Duration stretch(Duration idle) {
    return Duration.ofMillis((long) (idle.toMillis() * Math.max(1, perProcessor())));
  }

  /** Returns true if more than half of the processors are in use. */
  public static boolean isShared() {
    return perProcessor() > 0.5;
  }

  /** The mean of the last minute; negative where the system does not know it. */
  private static double perProcessor() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load / Runtime.getRuntime().availableProcessors();
  }
}
