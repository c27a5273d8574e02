package dev.orrery.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What attempts themselves wrote when they started: the witness that no scheduler and no worker can
 * talk out of it.
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

  /** How often an instance was started. */
  public long starts(String instance) {
    return entries().stream().filter(entry -> entry.startsWith(instance + " ")).count();
  }
}
