package dev.orrery.it.powerjob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What runs of the processor {@code Until} did, as they wrote it themselves, in a directory of the
 * test. They run until the test ends them.
 */
record RunJournal(Path directory) {
  static RunJournal create(Path parent, String name) throws IOException {
    return new RunJournal(Files.createDirectories(parent.resolve("journal-" + name)));
  }

  /** Lets all runs end. */
  void endRuns() throws IOException {
    Files.createFile(directory.resolve("end"));
  }

  int started() {
    return lines("start ").size();
  }

  int ended() {
    return lines("end ").size();
  }

  /** Returns the numbers of all runs that started, each once. */
  Set<String> numbers() {
    return lines("start ").stream().map(line -> line.split(" ", 3)[1]).collect(Collectors.toSet());
  }

  private List<String> lines(String prefix) {
    Path file = directory.resolve("journal");
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().filter(line -> line.startsWith(prefix)).toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
