package dev.orrery.cli.local;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A child process with its output in a file. */
public final class ChildProcess {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final Path NICE = Path.of("/usr/bin/nice");

  private final String name;
  private final Process process;
  private final Path log;

  ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static ChildProcess java(String name, Path jar, List<String> options, Path log) {
    List<String> command = new ArrayList<>(options);
    command.add("-jar");
    command.add(jar.toString());
    return java(name, new ProcessBuilder(command), log);
  }

  /**
   * Starts another JVM of the current Java.
   *
   * @param builder its directory and environment; its command is the arguments after {@code java}
   */
  public static ChildProcess java(String name, ProcessBuilder builder, Path log) {
    return start(name, List.of(), builder, log);
  }

  /** Starts another JVM at a low priority. */
  static ChildProcess javaInBackground(String name, ProcessBuilder builder, Path log) {
    List<String> nice = Files.isExecutable(NICE) ? List.of(NICE.toString(), "-n", "10") : List.of();
    return start(name, nice, builder, log);
  }

  private static ChildProcess start(
      String name, List<String> before, ProcessBuilder builder, Path log) {
    List<String> command = new ArrayList<>(before);
    if (Files.isExecutable(SETSID)) {
      // Ctrl-C goes to the process group of the terminal; these must be stopped by us, in order.
      command.add(SETSID.toString());
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(builder.command());
    builder.command(command).redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      return new ChildProcess(name, builder.start(), log);
    } catch (IOException e) {
      throw new UserException(name + " cannot be started: " + e.getMessage());
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /**
   * @throws UserException with its last lines, if it has ended
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new UserException(
          name + " has ended with exit code " + process.exitValue() + ":\n" + lastLines(12));
    }
  }

  /**
   * Waits for its end, without a time-out.
   *
   * @throws UserException with its last lines, if it failed
   */
  public void awaitSuccess() {
    try {
      if (process.waitFor() != 0) {
        requireAlive();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("Interrupted.");
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends TERM and waits; kills the process on time-out. */
  public void stop(Duration longest) {
    process.destroy();
    try {
      if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the warnings that it has logged since its start. */
  List<String> warnings() {
    return StartWarnings.in(log);
  }

  /** Returns the bytes of its log; zero if it cannot be read. */
  long logSize() {
    return log.toFile().length();
  }

  /** Returns a line about a start that takes long. */
  String slowStart(Duration time) {
    return "still starting after " + time.toSeconds() + " s: " + lastLines(1).strip();
  }

  /**
   * Returns the failure of a start that made no progress.
   *
   * @param silence since the last line of the log
   */
  UserException notReady(Duration time, Duration silence) {
    return new UserException(
        name
            + " is not ready after "
            + time.toSeconds()
            + " s, and has logged nothing for "
            + silence.toSeconds()
            + " s. The end of "
            + log
            + ":\n"
            + lastLines(12));
  }

  private String lastLines(int count) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.stream()
          .skip(Math.max(0, lines.size() - count))
          .map(line -> "  " + line)
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      return "  (see " + log + ")";
    }
  }
}
