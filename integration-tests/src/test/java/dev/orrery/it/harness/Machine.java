package dev.orrery.it.harness;

import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

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

  /** Finds an installed program. */
  public static Optional<Path> program(String name) {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(":")).map(Path::of),
            Stream.of(Path.of("/usr/sbin")))
        .map(directory -> directory.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Returns an installed program. Without it the test is skipped, and says so.
   *
   * @param test as people know it
   * @param hint where the program comes from
   */
  public static Path programOrSkip(String test, String name, String hint) {
    return program(name)
        .orElseGet(
            () -> {
              System.out.printf("SKIPPED %s: %s is not installed (%s)%n", test, name, hint);
              return Assumptions.abort(name + " is not installed");
            });
  }

  /**
   * A limit that was set for a machine that has nothing else to do, longer where more programs want
   * to run than there are processors.
   */
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
