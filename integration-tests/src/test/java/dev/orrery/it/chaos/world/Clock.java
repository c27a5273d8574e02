package dev.orrery.it.chaos.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Wall clocks that are off by hours; the monotonic clock is unchanged. */
final class Clock {
  /** Debian's parent directory of the library, which is in a subdirectory for the architecture. */
  private static final Path LIBRARIES = Path.of("/usr/lib");

  private static final String LIBRARY = "faketime/libfaketimeMT.so.1";
  private static final int MAX_HOURS = 9;

  private Clock() {}

  /** Returns true if the library is installed. */
  static boolean canBeWrong() {
    return library().isPresent();
  }

  private static Optional<Path> library() {
    try (Stream<Path> directories = Files.list(LIBRARIES)) {
      return directories.map(one -> one.resolve(LIBRARY)).filter(Files::exists).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the environment of a process; in two of three cases its clock is wrong. */
  static Map<String, String> environment(Random random) {
    int hours = random.nextInt(2 * MAX_HOURS + 1) - MAX_HOURS;
    boolean right = random.nextInt(3) == 0;
    return right ? Map.of() : library().map(found -> environment(found, hours)).orElse(Map.of());
  }

  private static Map<String, String> environment(Path library, int hours) {
    return Map.of(
        "LD_PRELOAD",
        library.toString(),
        "FAKETIME",
        "%+dh".formatted(hours),
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1",
        "DONT_FAKE_MONOTONIC",
        "1",
        // Else every timed wait of a virtual machine, which is on the monotonic clock, spins.
        "FAKETIME_FORCE_MONOTONIC_FIX",
        "0");
  }
}
