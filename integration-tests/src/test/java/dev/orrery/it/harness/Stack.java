package dev.orrery.it.harness;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.VersionRange;
import dev.orrery.testing.BrokenRules;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.JarProgram;
import dev.orrery.testing.program.ManagementPort;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.Program;
import dev.orrery.testing.program.ProgramProcess;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A scheduler with its embedded database, and agents, as processes. A scheduler without an embedded
 * database gets a database from the stack. Closing a stack ends everything that it has started.
 */
public final class Stack implements AutoCloseable {
  public static final String APP = "it";
  private static final String ADMIN_TOKEN = "admin-token-of-the-integration-tests";
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Path WORK = Path.of(System.getProperty("orrery.it.work")).toAbsolutePath();
  private static final String READY = "/ready";

  /** An idle machine needs a tenth of it. */
  private static final Duration START_PROCESSOR_TIME = Duration.ofSeconds(60);

  /** A start that hangs fails the test. */
  private static final Duration MAX_START = Duration.ofMinutes(5);

  private static final String EXTERNAL = "-Dquarkus.datasource.jdbc.url=";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path directory;
  private final int apiPort = Ports.free();
  private final int httpPort = Ports.free();
  private final ManagementPort management = new ManagementPort(Ports.free());
  private final List<String> schedulerOptions = new ArrayList<>();
  private final Map<String, String> otherNames = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final List<ProgramProcess> started = new ArrayList<>();
  private final boolean prepared;
  private ProgramProcess scheduler;
  private Api api;
  private String workerToken;
  private int number;
  private ManagementPort agentManagement;
  private Program schedulerProgram;
  private Program agentProgram = Builds.agent();
  private Postgres ownDatabase;
  private Postgres givenDatabase;

  /**
   * @param name of the test and of its directory
   * @param options for the scheduler, such as {@code -Dorrery.session.lease=6s}
   */
  public Stack(String name, String... options) {
    this(name, true, Builds.scheduler(), options);
  }

  private Stack(String name, boolean prepared, Program scheduler, String... options) {
    this.prepared = prepared;
    this.schedulerProgram = scheduler;
    try {
      Files.createDirectories(WORK);
      directory = Files.createTempDirectory(WORK, name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    schedulerOptions.addAll(List.of(options));
  }

  /** Creates a stack whose first scheduler creates the database, as after an installation. */
  public static Stack onEmptyDirectory(String name, String... options) {
    return new Stack(name, false, Builds.scheduler(), options);
  }

  /** Creates such a stack with the scheduler of this repository, which has an embedded database. */
  static Stack ownOnEmptyDirectory(String name) {
    return new Stack(name, false, Builds.ownScheduler());
  }

  /** Passes a setting under another name from now on, such as PowerJob's. */
  public Stack calling(String key, String otherName) {
    otherNames.put(key, otherName);
    return this;
  }

  /** Sets the protocol versions of schedulers that are started from now on. */
  public Stack schedulerVersions(VersionRange versions) {
    schedulerProgram = versioned(Builds.ownScheduler(), versions);
    return this;
  }

  /** Starts this build of the scheduler from now on. */
  public Stack schedulerBuild(Program build) {
    schedulerProgram = build;
    return this;
  }

  /**
   * Starts schedulers of a release with one more migration from now on.
   *
   * @return the migration
   */
  public String schedulerOfNextSchema() {
    NextSchemaPackage next =
        NextSchemaPackage.of(Builds.ownScheduler().directory(), WORK.resolve("next-schema"));
    schedulerProgram = Program.at(next.directory());
    return next.step();
  }

  /** Sets the protocol versions of agents that are started from now on. */
  public Stack agentVersions(VersionRange versions) {
    agentProgram = versioned(Builds.ownAgent(), versions);
    return this;
  }

  private static Program versioned(JarProgram own, VersionRange versions) {
    return Program.at(VersionedPackage.of(own.directory(), WORK.resolve("versions"), versions));
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

  public int managementPort() {
    return management.number();
  }

  /** The management port of the latest agent. */
  public int agentManagementPort() {
    return agentManagement.number();
  }

  /**
   * Returns a check of the scheduler's probe, up or down; a missing node without a response.
   *
   * @param path such as {@code /ready}
   */
  public JsonNode schedulerCheck(String path, String name) {
    return management.check(path, name);
  }

  /** Returns a check of the latest agent's probe. */
  public JsonNode agentCheck(String path, String name) {
    return agentManagement.check(path, name);
  }

  public boolean isReady() {
    return readiness().status() == 200;
  }

  public boolean isLive() {
    return management.ask("/live").status() == 200;
  }

  /** Returns the codes of the readiness checks that are down; empty if the scheduler is ready. */
  public String readinessCodes() {
    ManagementPort.Answer answer = readiness();
    if (answer.status() == 200) {
      return "";
    }
    return answer.codes().isEmpty() ? "status " + answer.status() : answer.codes();
  }

  ManagementPort.Answer readiness() {
    return management.ask(READY);
  }

  public String workerToken() {
    if (workerToken == null) {
      workerToken = api.newToken(APP, "worker");
    }
    return workerToken;
  }

  /** Polls at the port of the protocol http; returns the status. */
  public int callWorkerPort(String token) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + httpPort + "/worker/v1/poll"))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public String schedulerMetrics() {
    return management.metrics();
  }

  /** Returns the metrics of the latest agent. */
  public String agentMetrics() {
    return agentManagement.metrics();
  }

  public static Path root() {
    return ROOT;
  }

  public static Path work() {
    return WORK;
  }

  /** Sets environment variables of programs that are launched from now on. */
  public Stack inEnvironment(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  /** Starts the scheduler, waits until it is ready, and creates the app. */
  public ProgramProcess startScheduler() {
    launchScheduler();
    useScheduler();
    return scheduler;
  }

  /** Waits until the launched scheduler is ready, and creates the app. */
  public void useScheduler() {
    awaitReady(management, scheduler);
    api = new Api(apiPort, ownDatabase == null ? generatedToken() : ADMIN_TOKEN);
    api.putApp(APP);
  }

  /** Returns the token that a scheduler with an embedded database generates. */
  private String generatedToken() {
    return read(dataDir().resolve("admin-token"));
  }

  /** Starts the scheduler on a database of the test, which other stacks may share. */
  public ProgramProcess startSchedulerOn(Postgres database) {
    launchSchedulerOn(database);
    awaitScheduler();
    api.putApp(APP);
    return scheduler;
  }

  /** Launches the scheduler on a database of the test, without waiting. */
  public ProgramProcess launchSchedulerOn(Postgres database, String... moreOptions) {
    List<String> options = new ArrayList<>(database.schedulerOptions(ADMIN_TOKEN));
    options.addAll(List.of(moreOptions));
    givenDatabase = database;
    launchScheduler(options.toArray(new String[0]));
    api = new Api(apiPort, ADMIN_TOKEN);
    return scheduler;
  }

  /** Sends SIGKILL. */
  public void killScheduler() {
    scheduler.kill();
  }

  void requireAlive() {
    scheduler.requireAlive();
  }

  /** Waits until the launched scheduler is ready. */
  public void awaitScheduler() {
    awaitReady(management, scheduler);
  }

  /** The database's programs, which the very first embedded start unpacks. */
  public static Path serverPrograms() {
    Path programs = WORK.resolve("server/postgresql-" + Packages.postgresRelease() + "/bin");
    PreparedData.unpack(programs);
    return programs;
  }

  /** Launches the scheduler, without waiting. */
  public ProgramProcess launchScheduler(String... moreOptions) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Dorrery.data-dir=" + dataDir(),
                "-Dorrery.database.server-dir=" + WORK.resolve("server"),
                "-Dquarkus.http.port=" + apiPort,
                "-Dquarkus.management.port=" + management.number(),
                "-Dorrery.protocols.http.port=" + httpPort));
    options.addAll(schedulerOptions);
    options.addAll(List.of(moreOptions));
    boolean external = options.stream().anyMatch(option -> option.startsWith(EXTERNAL));
    if (!external && schedulerProgram.isNative()) {
      options.addAll(ownDatabase().schedulerOptions(ADMIN_TOKEN));
    } else if (prepared && !external && !Files.exists(dataDir())) {
      PreparedData.copyEmbedded(dataDir());
    }
    scheduler =
        Builds.start(
            schedulerProgram,
            renamed(options),
            environment,
            directory.resolve("scheduler-" + ++number + ".log"));
    started.add(scheduler);
    return scheduler;
  }

  /** Starts an agent for the app and waits until it has an agreement. */
  public ProgramProcess startAgent(String... options) {
    return startAgentAt(httpPort, options);
  }

  /** Starts an agent through another port than the scheduler's own. */
  public ProgramProcess startAgentAt(int port, String... options) {
    ProgramProcess agent = launchAgentAt(port, options);
    awaitReady(agentManagement, agent);
    return agent;
  }

  /** Launches an agent that dials a port, without waiting. */
  public ProgramProcess launchAgentAt(int port, String... options) {
    agentManagement = new ManagementPort(Ports.free());
    List<String> all =
        new ArrayList<>(
            List.of(
                "-Dorrery.worker.server=http://localhost:" + port,
                "-Dorrery.worker.app=" + APP,
                "-Dorrery.worker.name=agent-" + ++number,
                "-Dorrery.worker.processors=noop,shell",
                "-Dorrery.worker.work-dir=" + directory.resolve("attempts"),
                // Programs of tests leave traces there, inside of the checkout.
                "-Dorrery.worker.shell.writable-paths=" + directory,
                // The end of a test waits no longer than this for attempts that still run.
                "-Dorrery.worker.drain-timeout=2s",
                "-Dquarkus.management.port=" + agentManagement.number()));
    all.addAll(List.of(options));
    Map<String, String> agentEnvironment = new HashMap<>(environment);
    agentEnvironment.put("ORRERY_WORKER_TOKEN", api == null ? "of-no-scheduler" : workerToken());
    ProgramProcess agent =
        Builds.start(
            agentProgram,
            renamed(all),
            agentEnvironment,
            directory.resolve("agent-" + number + ".log"));
    started.add(agent);
    return agent;
  }

  /** Launches an agent, without waiting. */
  public ProgramProcess launchAgent(String... options) {
    return launchAgentAt(httpPort, options);
  }

  /** Follows the log of an instance, across restarts of the scheduler. */
  public LogReader follow(String instance) {
    return new LogReader(
        URI.create(
            "http://localhost:" + apiPort + "/api/v1/instances/" + instance + "/logs?follow=true"),
        api.token());
  }

  private Postgres ownDatabase() {
    if (ownDatabase == null) {
      ownDatabase = prepared ? Postgres.start(directory) : Postgres.create(directory);
    }
    return ownDatabase;
  }

  private List<String> renamed(List<String> options) {
    return options.stream()
        .map(
            option -> {
              int end = option.indexOf('=');
              String key = option.startsWith("-D") && end > 0 ? option.substring(2, end) : "";
              String other = otherNames.get(key);
              return other == null ? option : "-D" + other + option.substring(end);
            })
        .toList();
  }

  /**
   * Limits the start by the program's processor time, because other programs prolong a start but
   * not its computation.
   */
  private static void awaitReady(ManagementPort management, ProgramProcess process) {
    Duration longest = process.processorTime().plus(START_PROCESSOR_TIME);
    Await.until(
        management.probe(READY) + " says UP",
        MAX_START,
        () -> {
          process.requireAlive();
          if (process.processorTime().compareTo(longest) > 0) {
            throw new AssertionError("The start computes for too long:\n" + process.output());
          }
          return management.ask(READY).status() == 200;
        });
  }

  /** Returns the process id of the database, from its own file. */
  public long databasePid() {
    return Long.parseLong(postmasterLine(0));
  }

  /**
   * Kills the embedded database, and waits until its scheduler has restarted it.
   *
   * @param kill how many kills of this scheduler's database this one makes
   */
  public void killDatabase(int kill) {
    ProcessHandle.of(databasePid()).orElseThrow().destroyForcibly();
    String restarts = "orrery_embedded_database_restarts_total " + kill + ".0";
    Await.until(
        "the database is back",
        Duration.ofSeconds(60),
        () -> schedulerMetrics().contains(restarts) && isReady());
  }

  /** Connects to the database of the stack, which must be running. */
  public Connection connect() throws SQLException {
    if (givenDatabase != null) {
      return givenDatabase.connect();
    }
    if (ownDatabase != null) {
      return ownDatabase.connect();
    }
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

  /** Closes several stacks concurrently, because each may end slowly. */
  public static void closeAll(Collection<Stack> stacks) {
    stacks.forEach(stack -> stack.started.forEach(ProgramProcess::terminate));
    stacks.forEach(Stack::close);
  }

  @Override
  public void close() {
    // Agents before schedulers, which bring the database down.
    List<ProgramProcess> others = started.stream().filter(process -> process != scheduler).toList();
    others.forEach(ProgramProcess::resumeAndTerminate);
    others.forEach(ProgramProcess::awaitExitOrKill);
    if (scheduler != null) {
      scheduler.resumeAndClose();
    }
    if (ownDatabase != null) {
      ownDatabase.close();
    }
    List<String> broken =
        started.stream().flatMap(process -> BrokenRules.in(process.output()).stream()).toList();
    if (!broken.isEmpty()) {
      throw new AssertionError("Rules that programs found broken: " + broken);
    }
  }
}
