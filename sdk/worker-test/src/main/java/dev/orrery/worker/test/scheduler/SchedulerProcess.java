package dev.orrery.worker.test.scheduler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The operating system process of a scheduler with an embedded database. */
final class SchedulerProcess {
  private static final Duration MAX_START = Duration.ofMinutes(5);
  private static final Duration MAX_STOP = Duration.ofSeconds(45);
  private static final Duration PROBE = Duration.ofSeconds(5);
  private static final long PAUSE_MILLIS = 100;
  private static final int SHOWN_LINES = 30;
  private static final String LOOPBACK = "127.0.0.1";

  private final Process process;
  private final Path log;
  private final int apiPort;
  private final int workerPort;
  private final int healthPort;

  private SchedulerProcess(Process process, Path log, List<Integer> ports) {
    this.process = process;
    this.log = log;
    this.apiPort = ports.get(0);
    this.workerPort = ports.get(1);
    this.healthPort = ports.get(2);
  }

  /**
   * Launches it, without waiting.
   *
   * @param program a {@code quarkus-run.jar}
   * @param directory for its data and its log
   * @param settings in addition, by name
   */
  static SchedulerProcess launch(Path program, Path directory, Map<String, String> settings) {
    List<Integer> ports = FreePorts.find(3);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    option(command, "orrery.data-dir", directory.resolve("data").toString());
    option(command, "orrery.database.server-dir", databasePrograms().toString());
    option(command, "quarkus.http.host", LOOPBACK);
    option(command, "quarkus.http.port", String.valueOf(ports.get(0)));
    option(command, "orrery.protocols.http.host", LOOPBACK);
    option(command, "orrery.protocols.http.port", String.valueOf(ports.get(1)));
    option(command, "quarkus.management.host", LOOPBACK);
    option(command, "quarkus.management.port", String.valueOf(ports.get(2)));
    settings.forEach((name, value) -> option(command, name, value));
    command.add("-jar");
    command.add(program.toAbsolutePath().toString());
    Path log = directory.resolve("scheduler.log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      removeSettings(builder.environment());
      Process process = builder.start();
      return new SchedulerProcess(process, log, ports);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes settings of other programs, with which this scheduler would not start. */
  static void removeSettings(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(name -> name.startsWith("ORRERY_") || name.startsWith("QUARKUS_"));
  }

  /** Unpacked once for all tests of the user. */
  private static Path databasePrograms() {
    return Path.of(System.getProperty("user.home"), ".cache/orrery/database-programs");
  }

  private static void option(List<String> command, String name, String value) {
    command.add("-D" + name + "=" + value);
  }

  int apiPort() {
    return apiPort;
  }

  int workerPort() {
    return workerPort;
  }

  Path log() {
    return log;
  }

  /**
   * Waits until it is ready.
   *
   * @throws IllegalStateException with the end of its log, if it has ended or takes too long
   */
  void awaitReady() {
    HttpClient client = HttpClient.newBuilder().connectTimeout(PROBE).build();
    URI probe = URI.create("http://" + LOOPBACK + ":" + healthPort + "/q/health/ready");
    long deadline = System.nanoTime() + MAX_START.toNanos();
    while (!isReady(client, probe)) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "The scheduler ended with exit code "
                + process.exitValue()
                + " before it was ready. The end of its log:\n"
                + endOfLog());
      }
      if (System.nanoTime() - deadline > 0) {
        stop();
        throw new IllegalStateException(
            "The scheduler is not ready after "
                + MAX_START
                + ". The end of its log:\n"
                + endOfLog());
      }
      pause();
    }
  }

  private boolean isReady(HttpClient client, URI probe) {
    try {
      HttpRequest request = HttpRequest.newBuilder(probe).timeout(PROBE).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      // It does not listen yet.
      return false;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private IllegalStateException interrupted(InterruptedException e) {
    stop();
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while the scheduler starts", e);
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    } catch (IOException e) {
      return "(the log " + log + " cannot be read: " + e + ")";
    }
  }

  /** Stops it and its database; kills it if it does not stop. */
  void stop() {
    process.destroy();
    try {
      if (!process.waitFor(MAX_STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
