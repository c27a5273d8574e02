package dev.orrery.k8s;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs of the system. */
public final class Commands {
  private Commands() {}

  /**
   * Runs a program to its end.
   *
   * @param input what it reads
   * @return what it printed
   * @throws AssertionError with what it printed if it fails
   */
  public static String run(List<String> command, String input) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.onExit().join().exitValue() != 0) {
        String read = input.isEmpty() ? "" : "\nIt had read:\n" + input;
        throw new AssertionError(String.join(" ", command) + " failed: " + printed + read);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
