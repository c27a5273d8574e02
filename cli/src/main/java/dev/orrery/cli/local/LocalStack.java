package dev.orrery.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.PrivateFile;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.stack.RunningStack;
import dev.orrery.protocol.text.BoundedFile;
import dev.orrery.protocol.text.ResourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Starts and stops a scheduler with its embedded database, and an agent for each app, on this
 * machine.
 */
public final class LocalStack implements AutoCloseable {
  /** A start that makes progress logs more often, also on a busy machine. */
  private static final Duration MAX_SILENCE = Duration.ofMinutes(2);

  /** The drain time-out of an agent plus a margin. */
  static final Duration MAX_STOP = Duration.ofSeconds(45);

  private final InstallLayout home;
  private final StackPorts ports;
  private final List<String> schedulerOptions = new ArrayList<>();
  private final Map<String, RunningStack.Member> processes = new LinkedHashMap<>();
  private volatile boolean closing;
  private ChildProcess scheduler;
  private final Map<String, ChildProcess> agents = new LinkedHashMap<>();
  private ChildProcess archiving;
  private SchedulerClient client;

  public LocalStack(InstallLayout home, StackPorts ports) {
    this.home = home;
    this.ports = ports;
  }

  /** Starts the scheduler with this option, too. */
  public LocalStack with(String schedulerOption) {
    schedulerOptions.add(schedulerOption);
    return this;
  }

  public StackPorts ports() {
    return ports;
  }

  /**
   * Checks that the scheduler and agents for these apps can be started here.
   *
   * @throws UserException if another stack is running, an app name is invalid, or a port is in use
   */
  public void requireStartable(List<String> apps) {
    apps.forEach(LocalStack::requireName);
    requireNoOtherStack();
    ports.requireFree(apps.size());
  }

  private static void requireName(String app) {
    if (!ResourceText.isName(app)) {
      throw UserException.usage("--app " + ResourceText.RULE + "; got '" + app + "'");
    }
  }

  /**
   * Starts the scheduler, and returns when it is ready.
   *
   * @param onSlowStart gets lines for people while the start takes long
   */
  public SchedulerClient startScheduler(Consumer<String> onSlowStart) {
    ClassArchive archive = home.scheduler();
    List<String> options = new ArrayList<>(JvmOptions.SCHEDULER);
    options.addAll(archive.options());
    options.addAll(ports.schedulerOptions(System.getenv()));
    options.add("-Dorrery.data-dir=" + home.files().resolve("data"));
    options.addAll(schedulerOptions);
    record(RunningStack.UP, ProcessHandle.current());
    ChildProcess started;
    synchronized (this) {
      requireOpen();
      started =
          ChildProcess.java(
              "The scheduler", archive.jar(), options, home.files().resolve("scheduler.log"));
      scheduler = started;
      record(RunningStack.SCHEDULER, started.handle());
    }
    new ReadinessProbe(ports.schedulerHealth()).awaitReady(started, MAX_SILENCE, onSlowStart);
    requireToken(home.adminToken(), System.getenv());
    client = ClientOptions.local(ports.apiUrl(), home.adminToken(), System.getenv());
    return client;
  }

  /**
   * @throws UserException if the scheduler has a token that is in neither place
   */
  static void requireToken(Path file, Map<String, String> environment) {
    if (!ClientOptions.namesAdminToken(environment) && !Files.exists(file)) {
      throw new UserException(
          "The scheduler has its admin token from a setting that this command does not read, such as"
              + " config/application.properties. Set "
              + ClientOptions.ADMIN_TOKEN_VARIABLE
              + " in the environment to the same token.");
    }
  }

  /**
   * Starts an agent for the app, which must exist, and returns when it has an agreement.
   *
   * @param onSlowStart gets lines for people while the start takes long
   */
  public void startAgent(String app, Consumer<String> onSlowStart) {
    int index = startedAgents();
    String name = index == 0 ? RunningStack.AGENT : RunningStack.AGENT + "-" + app;
    ClassArchive archive = home.agent();
    List<String> options = new ArrayList<>(JvmOptions.AGENT);
    options.addAll(archive.options());
    options.addAll(ports.agentOptions(index, System.getenv()));
    options.add("-Dorrery.worker.app=" + app);
    options.add("-Dorrery.worker.processors=noop,http,java,shell");
    // The admin token and the database.
    options.add("-Dorrery.worker.shell.hidden-paths=" + listed(home.files()));
    // The next command of the user runs from here. The agent protects its own directory, which is
    // that of this command.
    options.add("-Dorrery.worker.shell.read-only-paths=" + listed(home.root()));
    // In a file below the hidden path: others can read a command line, and jobs an environment. A
    // token in the environment of this command is of another worker.
    options.add("-Dorrery.worker.token-file=" + newToken(app));
    options.add("-Dorrery.worker.token=");
    ChildProcess started;
    synchronized (this) {
      requireOpen();
      started =
          ChildProcess.java(
              "The agent of app " + app,
              archive.jar(),
              options,
              home.files().resolve(name + ".log"));
      agents.put(name, started);
      record(name, started.handle());
    }
    new ReadinessProbe(ports.agentHealth(index)).awaitReady(started, MAX_SILENCE, onSlowStart);
  }

  /** Escapes a path for a list setting, where a comma would end it. */
  private static String listed(Path path) {
    return path.toString().replace(",", "\\,");
  }

  /** Returns the distinct warnings of all started programs. */
  public synchronized List<String> warnings() {
    List<ChildProcess> started = new ArrayList<>(agents.values());
    if (scheduler != null) {
      started.add(0, scheduler);
    }
    return started.stream().flatMap(process -> process.warnings().stream()).distinct().toList();
  }

  private synchronized int startedAgents() {
    return agents.size();
  }

  private void record(String name, ProcessHandle process) {
    processes.put(name, RunningStack.Member.of(process));
    new RunningStack(ports.apiUrl().toString(), processes).write(home.files());
  }

  private void requireOpen() {
    if (closing) {
      throw new UserException("Interrupted.");
    }
  }

  /**
   * Starts to create missing class archives, at a low priority. Closing the stack aborts this and
   * discards unfinished archives.
   *
   * @return false if no archive is missing, or none can be written
   */
  public synchronized boolean archiveInBackground() {
    if (!home.scheduler().isMissing() && !home.agent().isMissing()) {
      return false;
    }
    Path cli = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
    if (!Files.isWritable(home.scheduler().application()) || !Files.isRegularFile(cli)) {
      return false;
    }
    ProcessBuilder command =
        new ProcessBuilder(
            "-XX:TieredStopAtLevel=1",
            "-Dorrery.home=" + home.root(),
            "-Dorrery.archive.end-with-parent=true",
            "-jar",
            cli.toString(),
            "archive",
            "--if-missing");
    archiving =
        ChildProcess.javaInBackground(
            "The creation of class archives", command, home.files().resolve("archive.log"));
    return true;
  }

  public synchronized boolean isArchiving() {
    return archiving != null && archiving.isAlive();
  }

  /**
   * Creates a token for the agent of an app, and revokes the token of the last start.
   *
   * @return the file with the token
   */
  private Path newToken(String app) {
    Path idFile = home.files().resolve("agent-" + app + "-token-id");
    Path tokenFile = home.files().resolve("agent-" + app + "-token");
    String tokens = SchedulerClient.appPath(app) + "/tokens";
    if (Files.exists(idFile)) {
      revoke(tokens + "/" + SchedulerClient.encoded(read(idFile)));
    }
    JsonNode created =
        client.post(tokens, client.json().createObjectNode().put("role", "worker")).body();
    writePrivate(idFile, created.path("id").asText());
    writePrivate(tokenFile, created.path("token").asText());
    return tokenFile;
  }

  private static void writePrivate(Path file, String text) {
    try {
      PrivateFile.write(file, text);
    } catch (IOException e) {
      throw new UserException(file + " cannot be written: " + e.getMessage());
    }
  }

  private void revoke(String path) {
    try {
      client.delete(path);
    } catch (ApiException e) {
      if (!e.code().equals("NOT_FOUND")) {
        throw e;
      }
    }
  }

  /**
   * Checks the processes. While the stack is closing, waits for the end of the close instead.
   *
   * @throws UserException if one of the processes has ended
   */
  public synchronized void requireAlive() {
    if (closing) {
      return;
    }
    scheduler.requireAlive();
    agents.values().forEach(ChildProcess::requireAlive);
  }

  private void requireNoOtherStack() {
    RunningStack.read(home.files())
        .filter(RunningStack::isAlive)
        .ifPresent(
            other -> {
              throw new UserException(
                  "The stack of this directory is already running, its API at "
                      + other.url()
                      + ". End it with ./orrery stop.");
            });
  }

  private static String read(Path file) {
    try {
      return BoundedFile.read(file, BoundedFile.TOKEN_BYTES).strip();
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + e.getMessage());
    }
  }

  public synchronized boolean isRunning() {
    return scheduler != null;
  }

  public boolean isClosing() {
    return closing;
  }

  /** Stops all processes, the agents first, so that they can end their sessions. */
  @Override
  public void close() {
    closing = true;
    stopAll();
  }

  private synchronized void stopAll() {
    if (archiving != null) {
      archiving.stop(MAX_STOP);
      archiving = null;
    }
    // They all begin to drain before one is waited for.
    agents.values().forEach(agent -> agent.handle().destroy());
    agents.values().forEach(agent -> agent.stop(MAX_STOP));
    agents.clear();
    if (scheduler != null) {
      scheduler.stop(MAX_STOP);
      scheduler = null;
    }
    if (!processes.isEmpty()) {
      processes.clear();
      RunningStack.delete(home.files());
    }
  }
}
