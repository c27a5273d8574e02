package dev.orrery.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a tool to its end, with its output in a file of the test. */
final class ToolProcess {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private ToolProcess() {}

  /**
   * The result of a tool.
   *
   * @param output of both streams
   */
  record Result(int exitCode, String output) {}

  static Result run(Path directory, String name, List<String> command) {
    Path output = directory.resolve(name + ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(name + " does not end within " + TIMEOUT);
      }
      return new Result(process.exitValue(), Files.readString(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(name + " was interrupted", e);
    }
  }
}
