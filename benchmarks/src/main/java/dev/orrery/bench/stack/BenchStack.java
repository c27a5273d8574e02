package dev.orrery.bench.stack;

import dev.orrery.bench.Await;
import dev.orrery.bench.CleanupStack;
import dev.orrery.bench.server.BenchDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A packaged scheduler on a database of the run, and packaged agents: processes on free loopback
 * ports, with their default settings.
 */
public final class BenchStack implements AutoCloseable {
  private static final Duration MAX_START = Duration.ofSeconds(90);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final PackagedPrograms programs;
  private final CleanupStack ending;
  private final Path logs;
  private final BenchDatabase database;
  private final String adminToken = UUID.randomUUID().toString() + UUID.randomUUID();
  private final int apiPort = FreePorts.free();
  private final int httpPort = FreePorts.free();
  private final int managementPort = FreePorts.free();
  private final SchedulerApi api = new SchedulerApi(apiPort, adminToken);
  private final List<String> schedulerOptions;
  private final List<ChildProcess> agents = new ArrayList<>();
  private ChildProcess scheduler;
  private int starts;

  BenchStack(
      PackagedPrograms programs,
      CleanupStack ending,
      Path logs,
      BenchDatabase database,
      List<String> schedulerOptions) {
    this.programs = programs;
    this.ending = ending;
    this.logs = logs;
    this.database = database;
    this.schedulerOptions = List.copyOf(schedulerOptions);
  }

  public BenchDatabase database() {
    return database;
  }

  /** The URL that workers poll. */
  public String workerUrl() {
    return "http://127.0.0.1:" + httpPort;
  }

  /** Returns an app of another replica on the same database, through this one. */
  BenchApp same(BenchApp app) {
    return app.through(api);
  }

  public ChildProcess scheduler() {
    return scheduler;
  }

  public List<ChildProcess> agents() {
    return List.copyOf(agents);
  }

  /** Creates an app; each scenario with its own agents has its own app. */
  public BenchApp app(String name) throws InterruptedException {
    return BenchApp.create(api, name);
  }

  /**
   * Signs a browser in, with a new viewer token or with the admin token.
   *
   * @param headers of each of its calls
   */
  public ConsoleSession signIn(BenchApp app, boolean asAdmin, Map<String, String> headers)
      throws InterruptedException {
    String token = asAdmin ? adminToken : app.viewerToken();
    return ConsoleSession.signIn(HTTP, apiPort, token, asAdmin, headers);
  }

  /** Starts the scheduler and waits until it is ready. */
  public void startScheduler() throws InterruptedException {
    launchScheduler();
    awaitScheduler();
  }

  /** Starts the scheduler without waiting. */
  public void launchScheduler() {
    List<String> options = new ArrayList<>(programs.schedulerOptions());
    options.addAll(
        List.of(
            "-Dquarkus.datasource.jdbc.url=" + database.url(),
            "-Dquarkus.datasource.username=" + database.user(),
            "-Dorrery.data-dir=" + logs.resolve("no-data"),
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + apiPort,
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + managementPort,
            "-Dorrery.protocols.http.host=127.0.0.1",
            "-Dorrery.protocols.http.port=" + httpPort));
    options.addAll(schedulerOptions);
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_DATASOURCE_PASSWORD", database.password());
    environment.put("ORRERY_SECURITY_ADMIN_TOKEN", adminToken);
    String name = "scheduler-" + database.name() + "-" + ++starts;
    scheduler =
        ending.start(
            () ->
                ChildProcess.start(
                    name, programs.scheduler(), options, environment, logs.resolve(name + ".log")));
  }

  /** Waits until the launched scheduler is ready. */
  public void awaitScheduler() throws InterruptedException {
    awaitReady(managementPort, scheduler);
  }

  /** Starts an agent for an app and waits until it has an agreement. */
  public ChildProcess startAgent(BenchApp app, int capacity) throws InterruptedException {
    return startAgent(app, capacity, workerUrl());
  }

  /**
   * Like {@link #startAgent(BenchApp, int)}, for several replicas.
   *
   * @param servers the addresses to poll, separated by commas; it begins with the first
   */
  ChildProcess startAgent(BenchApp app, int capacity, String servers) throws InterruptedException {
    int management = FreePorts.free();
    String name = "agent-" + database.name() + "-" + ++starts;
    List<String> options = new ArrayList<>(programs.agentOptions());
    options.addAll(
        List.of(
            "-Dorrery.worker.server=" + servers,
            "-Dorrery.worker.app=" + app.name(),
            "-Dorrery.worker.name=" + name,
            "-Dorrery.worker.processors=noop",
            "-Dorrery.worker.capacity=" + capacity,
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + management));
    ChildProcess agent =
        ending.start(
            () ->
                ChildProcess.start(
                    name,
                    programs.agent(),
                    options,
                    Map.of("ORRERY_WORKER_TOKEN", app.workerToken()),
                    logs.resolve(name + ".log")));
    agents.add(agent);
    awaitReady(management, agent);
    return agent;
  }

  private static void awaitReady(int management, ChildProcess process) throws InterruptedException {
    URI probe = URI.create("http://127.0.0.1:" + management + "/q/health/ready");
    HttpRequest request = HttpRequest.newBuilder(probe).timeout(Duration.ofSeconds(2)).build();
    Await.until(
        process + " is ready",
        MAX_START,
        Duration.ofMillis(20),
        () -> {
          process.requireAlive();
          return isUp(request);
        });
  }

  private static boolean isUp(HttpRequest request) throws InterruptedException {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      // The port is not bound yet.
      return false;
    }
  }

  /** Stops its processes; the data belongs to the run and stays until its end. */
  @Override
  public void close() {
    agents.forEach(ChildProcess::close);
    agents.clear();
    if (scheduler != null) {
      scheduler.close();
    }
  }
}
