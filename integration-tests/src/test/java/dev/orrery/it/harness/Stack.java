package dev.orrery.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A scheduler with its embedded database, and agents, as processes. Everything that a stack starts
 * it ends when it is closed.
 */
public final class Stack implements AutoCloseable {
  public static final String APP = "it";
  private static final String ADMIN_TOKEN = "admin-token-of-the-integration-tests";
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Path WORK = Path.of(System.getProperty("orrery.it.work")).toAbsolutePath();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path directory;
  private final int apiPort = Ports.free();
  private final int httpPort = Ports.free();
  private final int managementPort = Ports.free();
  private final List<String> schedulerOptions = new ArrayList<>();
  private final List<JavaProcess> started = new ArrayList<>();
  private JavaProcess scheduler;
  private Api api;
  private String workerToken;
  private int number;
  private int agentManagementPort;

  /**
   * @param name of the test; its files are below it
   * @param options for the scheduler, such as {@code -Dorrery.session.lease=6s}
   */
  public Stack(String name, String... options) {
    try {
      Files.createDirectories(WORK);
      directory = Files.createTempDirectory(WORK, name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    schedulerOptions.addAll(List.of(options));
  }

  public Path directory() {
    return directory;
  }

  public Path dataDir() {
    return directory.resolve("data");
  }

  public Api api() {
    return api;
  }

  public int httpPort() {
    return httpPort;
  }

  public int apiPort() {
    return apiPort;
  }

  /** What the agent that was started last shows Prometheus. */
  public String agentMetrics() {
    return metrics(agentManagementPort);
  }

  private static String metrics(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/q/metrics"))
            .header("Accept", "text/plain")
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Path root() {
    return ROOT;
  }

  /** Starts the scheduler and waits until it is ready; the app is there then. */
  public JavaProcess startScheduler() {
    launchScheduler();
    awaitReady(managementPort, scheduler);
    api = new Api(apiPort, read(dataDir().resolve("admin-token")));
    api.putApp(APP);
    return scheduler;
  }

  /** The same on a database of the test, which other stacks may share. */
  public JavaProcess startSchedulerOn(Postgres database) {
    launchSchedulerOn(database);
    awaitScheduler();
    api.putApp(APP);
    return scheduler;
  }

  /** The same without waiting. */
  public JavaProcess launchSchedulerOn(Postgres database) {
    launchScheduler(database.schedulerOptions(ADMIN_TOKEN).toArray(new String[0]));
    api = new Api(apiPort, ADMIN_TOKEN);
    return scheduler;
  }

  /** SIGKILL. */
  public void killScheduler() {
    scheduler.kill();
  }

  /** Waits until the scheduler that was launched is ready. */
  public void awaitScheduler() {
    awaitReady(managementPort, scheduler);
  }

  /** The database's programs, which the first embedded start of all unpacks. */
  static Path serverPrograms() {
    Path programs = WORK.resolve("server/postgresql-17.6/bin");
    if (!Files.exists(programs)) {
      try (Stack unpacking = new Stack("unpack")) {
        unpacking.startScheduler();
      }
    }
    return programs;
  }

  /** Starts the scheduler without waiting. */
  public JavaProcess launchScheduler(String... moreOptions) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Dorrery.data-dir=" + dataDir(),
                "-Dorrery.database.server-dir=" + WORK.resolve("server"),
                "-Dquarkus.http.port=" + apiPort,
                "-Dquarkus.management.port=" + managementPort,
                "-Dorrery.protocols.http.port=" + httpPort));
    options.addAll(schedulerOptions);
    options.addAll(List.of(moreOptions));
    scheduler =
        JavaProcess.start(
            ROOT.resolve("scheduler-service/target/quarkus-app/quarkus-run.jar"),
            options,
            Map.of(),
            directory.resolve("scheduler-" + ++number + ".log"));
    started.add(scheduler);
    return scheduler;
  }

  /** Starts an agent for the app and waits until it has an agreement. */
  public JavaProcess startAgent(String... options) {
    return startAgentAt(httpPort, options);
  }

  /** The same, through another port than the scheduler's own. */
  public JavaProcess startAgentAt(int port, String... options) {
    int management = Ports.free();
    JavaProcess agent = launchAgent(port, management, options);
    awaitReady(management, agent);
    return agent;
  }

  /** Starts an agent without waiting. */
  public JavaProcess launchAgent(String... options) {
    return launchAgent(httpPort, Ports.free(), options);
  }

  private JavaProcess launchAgent(int port, int management, String... options) {
    agentManagementPort = management;
    if (workerToken == null) {
      workerToken = api.newToken(APP, "worker");
    }
    List<String> all =
        new ArrayList<>(
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-Dorrery.worker.server=http://localhost:" + port,
                "-Dorrery.worker.app=" + APP,
                "-Dorrery.worker.name=agent-" + ++number,
                "-Dorrery.worker.processors=noop,shell",
                "-Dorrery.worker.work-dir=" + directory.resolve("attempts"),
                "-Dquarkus.management.port=" + management));
    all.addAll(List.of(options));
    JavaProcess agent =
        JavaProcess.start(
            ROOT.resolve("worker-agent/target/quarkus-app/quarkus-run.jar"),
            all,
            Map.of("ORRERY_WORKER_TOKEN", workerToken),
            directory.resolve("agent-" + number + ".log"));
    started.add(agent);
    return agent;
  }

  /** Follows the log of an instance, through restarts of the scheduler too. */
  public LogReader follow(String instance) {
    return new LogReader(
        URI.create(
            "http://localhost:" + apiPort + "/api/v1/instances/" + instance + "/logs?follow=true"),
        api.token());
  }

  private static void awaitReady(int management, JavaProcess process) {
    URI probe = URI.create("http://localhost:" + management + "/q/health/ready");
    Await.until(
        probe + " says UP",
        Duration.ofSeconds(60),
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("It has ended:\n" + process.output());
          }
          HttpRequest request =
              HttpRequest.newBuilder(probe).timeout(Duration.ofSeconds(2)).build();
          return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        });
  }

  /** The process of the database, as its own file says. */
  public long databasePid() {
    return Long.parseLong(postmasterLine(0));
  }

  /** A connection to the embedded database, which must run. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + postmasterLine(3) + "/postgres",
        "orrery",
        read(dataDir().resolve("database-password")));
  }

  private String postmasterLine(int line) {
    return read(dataDir().resolve("postgres/postmaster.pid"))
        .lines()
        .skip(line)
        .findFirst()
        .orElseThrow()
        .strip();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    // Agents before schedulers, which bring the database down.
    started.stream().filter(process -> process != scheduler).forEach(JavaProcess::resumeAndClose);
    if (scheduler != null) {
      scheduler.resumeAndClose();
    }
  }
}
