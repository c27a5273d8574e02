package dev.orrery.it.harness;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
