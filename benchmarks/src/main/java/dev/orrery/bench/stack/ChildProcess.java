package dev.orrery.bench.stack;

import dev.orrery.bench.BenchException;
import dev.orrery.testing.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A packaged application as a child process, with its output in a file. */
public final class ChildProcess implements AutoCloseable {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final long EXIT_TIMEOUT_SECONDS = 10;

  private final String name;
  private final Process process;
  private final Path log;

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * @param options such as {@code -Dkey=value}
   * @param environment for secrets, which would be visible on the command line
   */
  static ChildProcess start(
      String name,
      Program program,
      List<String> options,
      Map<String, String> environment,
      Path log) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      // Ctrl-C goes to the process group of the terminal; this process must be stopped by us.
      command.add(SETSID.toString());
    }
    command.addAll(program.command(options));
    try {
      Files.createDirectories(log.getParent());
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      return new ChildProcess(name, builder.start(), log);
    } catch (IOException e) {
      throw new BenchException(name + " failed to start: " + e.getMessage(), e);
    }
  }

  public String name() {
    return name;
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /**
   * @throws BenchException naming its output file, if it has ended
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw new BenchException(
          name + " has ended with exit code " + process.exitValue() + "; see " + log);
    }
  }

  /** Sends SIGKILL and waits for the exit. */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(EXIT_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new BenchException(name + " did not exit after SIGKILL, process " + process.pid());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills it, because its data is thrown away. */
  @Override
  public void close() {
    kill();
  }

  @Override
  public String toString() {
    return name;
  }
}
