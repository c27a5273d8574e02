package dev.orrery.bench.stack;

import dev.orrery.bench.CleanupStack;
import dev.orrery.bench.server.BenchDatabase;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ManagementPort;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.Program;
import dev.orrery.testing.program.ProgramProcess;
import java.net.http.HttpClient;
import java.nio.file.Files;
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
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final Duration MAX_START = Duration.ofSeconds(90);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final PackagedPrograms programs;
  private final CleanupStack ending;
  private final Path logs;
  private final BenchDatabase database;
  private final String adminToken = UUID.randomUUID().toString() + UUID.randomUUID();
  private final int apiPort = Ports.free();
  private final int httpPort = Ports.free();
  private final ManagementPort management = new ManagementPort(Ports.free());
  private final SchedulerApi api = new SchedulerApi(apiPort, adminToken);
  private final List<String> schedulerOptions;
  private final List<BenchProgram> agents = new ArrayList<>();
  private ProgramProcess scheduler;
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

  public ProgramProcess scheduler() {
    return scheduler;
  }

  BenchProgram schedulerProgram() {
    return new BenchProgram(scheduler, management);
  }

  public List<BenchProgram> agents() {
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
  public void startScheduler() {
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
            "-Dquarkus.management.port=" + management.number(),
            "-Dorrery.protocols.http.host=127.0.0.1",
            "-Dorrery.protocols.http.port=" + httpPort));
    options.addAll(schedulerOptions);
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_DATASOURCE_PASSWORD", database.password());
    environment.put("ORRERY_SECURITY_ADMIN_TOKEN", adminToken);
    String name = "scheduler-" + database.name() + "-" + ++starts;
    scheduler = start(name, programs.scheduler(), options, environment);
  }

  /** Waits until the scheduler that was launched is ready. */
  public void awaitScheduler() {
    awaitReady(management, scheduler);
  }

  /** Starts an agent for an app and waits until it has an agreement. */
  public ProgramProcess startAgent(BenchApp app, int capacity) {
    return startAgent(app, capacity, workerUrl());
  }

  /**
   * Like {@link #startAgent(BenchApp, int)}, for several replicas.
   *
   * @param servers the addresses to poll, separated by commas; it begins with the first
   */
  ProgramProcess startAgent(BenchApp app, int capacity, String servers) {
    ManagementPort agentManagement = new ManagementPort(Ports.free());
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
            "-Dquarkus.management.port=" + agentManagement.number()));
    ProgramProcess agent =
        start(name, programs.agent(), options, Map.of("ORRERY_WORKER_TOKEN", app.workerToken()));
    agents.add(new BenchProgram(agent, agentManagement));
    awaitReady(agentManagement, agent);
    return agent;
  }

  private ProgramProcess start(
      String name, Program program, List<String> options, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      // Ctrl-C goes to the process group of the terminal; this process must be stopped by us.
      command.add(SETSID.toString());
    }
    command.addAll(program.command(options));
    return ending.start(
        () -> ProgramProcess.start(command, environment, logs.resolve(name + ".log")));
  }

  private static void awaitReady(ManagementPort management, ProgramProcess process) {
    Await.untilOrFailure(
        management.probe("/ready") + " says UP",
        MAX_START,
        Duration.ofMillis(20),
        () -> {
          process.requireAlive();
          return management.ask("/ready").status() == 200;
        });
  }

  /** Stops all processes. Their data belongs to the run and is kept until it ends. */
  @Override
  public void close() {
    agents.forEach(agent -> agent.process().close());
    agents.clear();
    if (scheduler != null) {
      scheduler.close();
    }
  }
}
