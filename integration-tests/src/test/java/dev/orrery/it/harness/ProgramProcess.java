package dev.orrery.it.harness;

import dev.orrery.testing.program.JarProgram;
import dev.orrery.testing.program.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A packaged application as a process, with its output in a file. */
public final class ProgramProcess {
  /** Most programs of the tests live for seconds, so thorough compilation would not pay off. */
  private static final List<String> FAST_START =
      List.of("-Xmx768m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData");

  private final Process process;
  private final Path log;

  private ProgramProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param options such as {@code -Dkey=value}
   * @param log a new file for its output
   */
  public static ProgramProcess start(
      Program program, List<String> options, Map<String, String> environment, Path log) {
    List<String> all = new ArrayList<>(FAST_START);
    all.addAll(options);
    if (!JarProgram.choosesArchive(options)) {
      ClassArchives.makeFor(program);
    }
    ProcessBuilder builder =
        new ProcessBuilder(program.command(all))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
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

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      if (kill.waitFor() != 0 && process.isAlive()) {
        throw new AssertionError("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Returns the used processor time; zero after its end. */
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
      throw new AssertionError("It has ended:\n" + output());
    }
  }

  public int awaitExit(Duration longest) {
    try {
      if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("Still running after " + longest + ":\n" + output());
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

  /** Waits 20 s for the end of a terminated program, then kills it. */
  void awaitExitOrKill() {
    ProcessExit.awaitOrKill(process, Duration.ofSeconds(20));
  }
}
