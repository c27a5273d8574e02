package dev.orrery.it.harness;

import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** Resources of this machine that a test may use. */
public final class Machine {
  private Machine() {}

  /** The host name, which agents use as their name. */
  public static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Extends a limit for an idle machine if more programs want to run than there are processors. */
  public static Duration shared(Duration idle) {
    return Duration.ofMillis((long) (idle.toMillis() * Math.max(1, crowd())));
  }

  /** Returns true if more than half of the processors are in use. */
  public static boolean isShared() {
    return crowd() > 0.5;
  }

  /** Returns the number of runnable programs per processor. */
  private static double crowd() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load / Runtime.getRuntime().availableProcessors();
  }
}
