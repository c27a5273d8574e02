package dev.orrery.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The starts of attempts, written by the attempts themselves: evidence apart from the scheduler's.
 */
public final class Journal {
  private final Path file;

  public Journal(Path directory) {
    this.file = directory.resolve("journal.txt");
  }

  /** A line of a shell script that writes instance and attempt; appends of a line are atomic. */
  public String entry() {
    return "echo \\\"$ORRERY_INSTANCE_ID $ORRERY_ATTEMPT\\\" >> " + file + "; ";
  }

  /** Instance and attempt of all starts, in their order. */
  public List<String> entries() {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the number of starts of an instance. */
  public long starts(String instance) {
    return entries().stream().filter(entry -> entry.startsWith(instance + " ")).count();
  }
}
