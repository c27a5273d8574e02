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
 * A scheduler with its embedded database, and agents, as processes. A scheduler that has no
 * embedded database gets one from the stack. Everything that a stack starts it ends when it is
 * closed.
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
   * @param name of the test; its files are below it
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

  /** A stack whose first scheduler makes the database itself, as after an installation. */
  public static Stack onEmptyDirectory(String name, String... options) {
    return new Stack(name, false, Builds.scheduler(), options);
  }

  /** The same with the scheduler of this repository, which has an embedded database. */
  static Stack ownOnEmptyDirectory(String name) {
    return new Stack(name, false, Builds.ownScheduler());
  }

  /** Gives a setting under another name from now on, as users who come from PowerJob do. */
  public Stack calling(String key, String otherName) {
    otherNames.put(key, otherName);
    return this;
  }

  /** Schedulers from now on speak these versions of the protocol. */
  public Stack schedulerVersions(VersionRange versions) {
    schedulerProgram = versioned(Builds.ownScheduler(), versions);
    return this;
  }

  /**
   * Schedulers from now on are of a release whose schema has one step more than ours.
   *
   * @return the step
   */
  public String schedulerOfNextSchema() {
    NextSchemaPackage next =
        NextSchemaPackage.of(Builds.ownScheduler().directory(), WORK.resolve("next-schema"));
    schedulerProgram = Program.at(next.directory());
    return next.step();
  }

  /** Agents from now on speak these versions of the protocol. */
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

  /** Of the agent that was started last. */
  public int agentManagementPort() {
    return agentManagement.number();
  }

  /**
   * Returns a check of the scheduler's probe, up or down; a missing node while nothing answers.
   *
   * @param path such as {@code /ready}
   */
  public JsonNode schedulerCheck(String path, String name) {
    return management.check(path, name);
  }

  /** The same of the agent that was started last. */
  public JsonNode agentCheck(String path, String name) {
    return agentManagement.check(path, name);
  }

  /** Returns true if the scheduler's readiness probe says UP. */
  public boolean isReady() {
    return readiness().status() == 200;
  }

  /** Returns true if the scheduler's liveness probe says UP. */
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

  /** A token of the app for workers. */
  public String workerToken() {
    if (workerToken == null) {
      workerToken = api.newToken(APP, "worker");
    }
    return workerToken;
  }

  /** Polls at the port of the protocol http; gives the status. */
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

  /** The metrics of the scheduler, as Prometheus reads them. */
  public String schedulerMetrics() {
    return management.metrics();
  }

  /** Returns the metrics of the agent that was started last. */
  public String agentMetrics() {
    return agentManagement.metrics();
  }

  public static Path root() {
    return ROOT;
  }

  /** Returns the directory for files of the test. */
  public static Path work() {
    return WORK;
  }

  /** Variables that every program gets that is launched from now on. */
  public Stack inEnvironment(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  /** Starts the scheduler and waits until it is ready; the app is there then. */
  public ProgramProcess startScheduler() {
    launchScheduler();
    useScheduler();
    return scheduler;
  }

  /** Waits until the scheduler that was launched is ready; the app is there then. */
  public void useScheduler() {
    awaitReady(management, scheduler);
    api = new Api(apiPort, ownDatabase == null ? generatedToken() : ADMIN_TOKEN);
    api.putApp(APP);
  }

  /** Made by a scheduler with an embedded database. */
  private String generatedToken() {
    return read(dataDir().resolve("admin-token"));
  }

  /** The same on a database of the test, which other stacks may share. */
  public ProgramProcess startSchedulerOn(Postgres database) {
    launchSchedulerOn(database);
    awaitScheduler();
    api.putApp(APP);
    return scheduler;
  }

  /** The same without waiting. */
  public ProgramProcess launchSchedulerOn(Postgres database, String... moreOptions) {
    List<String> options = new ArrayList<>(database.schedulerOptions(ADMIN_TOKEN));
    options.addAll(List.of(moreOptions));
    givenDatabase = database;
    launchScheduler(options.toArray(new String[0]));
    api = new Api(apiPort, ADMIN_TOKEN);
    return scheduler;
  }

  /** SIGKILL. */
  public void killScheduler() {
    scheduler.kill();
  }

  void requireAlive() {
    scheduler.requireAlive();
  }

  /** Waits until the scheduler that was launched is ready. */
  public void awaitScheduler() {
    awaitReady(management, scheduler);
  }

  /** The database's programs, which the first embedded start of all unpacks. */
  public static Path serverPrograms() {
    Path programs = WORK.resolve("server/postgresql-" + Packages.postgresRelease() + "/bin");
    PreparedData.unpack(programs);
    return programs;
  }

  /** Starts the scheduler without waiting. */
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

  /** The same, through another port than the scheduler's own. */
  public ProgramProcess startAgentAt(int port, String... options) {
    ProgramProcess agent = launchAgentAt(port, options);
    awaitReady(agentManagement, agent);
    return agent;
  }

  /** Starts an agent that dials a port, without waiting. */
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

  /** Starts an agent without waiting. */
  public ProgramProcess launchAgent(String... options) {
    return launchAgentAt(httpPort, options);
  }

  /** Follows the log of an instance, through restarts of the scheduler too. */
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
   * Bounds the start by the processor time of the program, because beside other programs a start
   * takes longer and computes no more.
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

  /** The process of the database, as its own file says. */
  public long databasePid() {
    return Long.parseLong(postmasterLine(0));
  }

  /** A connection to the database of the stack, which must run. */
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

  /** Ends several together, since each may take its time to leave in good order. */
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
