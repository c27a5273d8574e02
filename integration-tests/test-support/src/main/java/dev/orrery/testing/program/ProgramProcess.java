package dev.orrery.testing.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A packaged application as a process, with its output in a file. */
public final class ProgramProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ProgramProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param command such as {@link Program#command}
   * @param log a new file for all that it writes
   */
  public static ProgramProcess start(
      List<String> command, Map<String, String> environment, Path log) {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    try {
      Files.createDirectories(log.getParent());
      return new ProgramProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** Sends SIGTERM, without waiting. */
  public void terminate() {
    process.destroy();
  }

  /** Sends SIGSTOP. */
  public void pause() {
    signal("STOP");
  }

  /** Sends SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  /** Collects the garbage of a program that runs on a JVM. */
  public void collectGarbage() {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    run(List.of(jcmd.toString(), Long.toString(process.pid()), "GC.run"));
  }

  private void signal(String name) {
    run(List.of("kill", "-" + name, Long.toString(process.pid())));
  }

  private void run(List<String> command) {
    try {
      Process running =
          new ProcessBuilder(command)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.INHERIT)
              .start();
      if (running.waitFor() != 0 && process.isAlive()) {
        throw new AssertionError(String.join(" ", command) + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Returns the name of the log without its suffix. */
  public String name() {
    return log.getFileName().toString().replaceFirst("\\.[^.]*$", "");
  }

  public long pid() {
    return process.pid();
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Returns the processor time that the program has used; zero after its end. */
  public Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Returns the peak memory that the system reports. */
  public long peakMegabytes() {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public void requireAlive() {
    if (!isAlive()) {
      throw new AssertionError(
          this
              + " ended with exit code "
              + process.exitValue()
              + ", see "
              + log
              + ":\n"
              + output());
    }
  }

  /**
   * Waits until the program ends.
   *
   * @param longest on an idle machine; {@linkplain MachineLoad#stretch longer} on a busy one
   */
  public int awaitExit(Duration longest) {
    Duration limit = MachineLoad.stretch(longest);
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            this + " still runs after " + limit + ", see " + log + ":\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Resumes the program and sends SIGTERM, without waiting; a paused program would not receive it.
   */
  public void resumeAndTerminate() {
    if (process.isAlive()) {
      resume();
      terminate();
    }
  }

  /** Sends SIGTERM, and SIGKILL if the program has not ended after 20 s. */
  public void resumeAndClose() {
    resumeAndTerminate();
    awaitExitOrKill();
  }

  /** Waits 20 s for the end of a program that was terminated, and then kills it. */
  public void awaitExitOrKill() {
    ProcessExit.awaitOrKill(process, Duration.ofSeconds(20));
  }

  /** SIGKILL. */
  @Override
  public void close() {
    kill();
  }

  @Override
  public String toString() {
    return name();
  }
}
