package dev.orrery.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The starts of attempts, written by the attempts themselves, independent of the scheduler. */
public final class Journal {
  private final Path file;

  public Journal(Path directory) {
    this.file = directory.resolve("journal.txt");
  }

  /** Returns a shell script line that appends instance and attempt. Appending a line is atomic. */
  public String entry() {
    return "echo \\\"$ORRERY_INSTANCE_ID $ORRERY_ATTEMPT\\\" >> " + file + "; ";
  }

  /** Returns instance and attempt of all starts, in order. */
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
