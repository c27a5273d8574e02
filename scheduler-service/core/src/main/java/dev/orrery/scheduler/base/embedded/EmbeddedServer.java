package dev.orrery.scheduler.base.embedded;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.postgresql.util.PSQLException;

/**
 * The embedded PostgreSQL server: a child process on the loopback interface, with a password, and
 * with the settings that make a commit durable.
 */
public final class EmbeddedServer implements SupervisedServer {
  private static final Logger LOG = Logger.getLogger(EmbeddedServer.class);
  static final String USER = "orrery";

  /** The time without any answer. A recovery may take longer, and answers that it goes on. */
  private static final Duration MAX_SILENCE = Duration.ofMinutes(2);

  /** The time after which a recovery is logged. */
  private static final Duration LONG_RECOVERY = Duration.ofSeconds(10);

  private static final long STOP_SECONDS = 30;
  private static final long FAMILY_SECONDS = 10;

  /** The time for backends of a dead server to end their query; after it, a start kills them. */
  private static final Duration LINGER_TIMEOUT = Duration.ofSeconds(15);

  /** The time in which a killed process ends, unless its disk is stuck. */
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(15);

  private static final long LINGERING_PAUSE_MILLIS = 500;

  /** Part of PostgreSQL's message while backends of a dead server use the data. */
  private static final String DATA_IN_USE = "pre-existing shared memory block";

  /** A server that cannot bind its port ends within this time. */
  private static final long FOREIGN_PORT_SECONDS = 2;

  private static final String WRONG_PASSWORD = "28P01";

  /** The SQLSTATE class of a server that starts, recovers or stops. */
  private static final String SERVER_STATE = "57";

  /** The fix if the database does not know the time zone of this JVM. */
  public static final String SET_TIME_ZONE =
      "Set user.timezone or TZ to one that it knows, such as UTC or Europe/Berlin.";

  private final DataDirectory directory;
  private final ServerPrograms programs;
  private final int port;
  private final String password;
  private volatile Process process;

  private EmbeddedServer(
      DataDirectory directory, ServerPrograms programs, int port, String password) {
    this.directory = directory;
    this.programs = programs;
    this.port = port;
    this.password = password;
  }

  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  public String user() {
    return USER;
  }

  public String password() {
    return password;
  }

  /** Returns the server's current process; a {@link #restart()} replaces it. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public int awaitEnd() throws InterruptedException {
    return process.waitFor();
  }

  /**
   * Restarts the server on the same port after its process has ended. Returns once it has recovered
   * and accepts connections.
   *
   * <p>Backends of the dead process may first end their query, within {@link #LINGER_TIMEOUT}.
   *
   * @throws StartupException if it cannot be started; the message ends with the lines of its log
   */
  @Override
  public void restart() {
    restart(LINGER_TIMEOUT);
  }

  /**
   * @param lingering the time for backends of the dead process
   */
  void restart(Duration lingering) {
    try {
      launch(lingering);
    } catch (IOException e) {
      throw new StartupException("the embedded database cannot be started: " + e, e);
    }
  }

  /**
   * Starts the server. Stops a server that an earlier service left running, and creates missing
   * data. Returns once the server accepts connections. Waits for lingering backends as {@link
   * #restart()} does.
   *
   * @throws StartupException if it cannot be started; the message names the reason
   */
  public static EmbeddedServer start(EmbeddedOptions settings) {
    DataDirectory directory = new DataDirectory(settings.dataDir());
    directory.open();
    try {
      requireReadableData(directory.postgresData());
      ServerPrograms programs = ServerPrograms.in(settings.serverDir());
      OrphanedServer.stop(directory.postgresData());
      String password = directory.password();
      if (!Files.exists(directory.postgresData().resolve("PG_VERSION"))) {
        initialise(directory, programs);
      }
      int port = settings.port() == 0 ? freePort() : settings.port();
      boolean ownsServerDir = settings.ownsServerDir();
      EmbeddedServer server = new EmbeddedServer(directory, programs, port, password);
      server.launch(LINGER_TIMEOUT);
      if (ownsServerDir) {
        programs.removeOthers();
      }
      return server;
    } catch (IOException e) {
      throw new StartupException("the embedded database cannot be started: " + e, e);
    }
  }

  private static void requireReadableData(Path postgresData) throws IOException {
    Path versionFile = postgresData.resolve("PG_VERSION");
    if (!Files.exists(versionFile)) {
      return;
    }
    String version = Files.readString(versionFile).strip();
    String major = ServerVersion.packaged().major();
    if (!version.equals(major)) {
      throw new StartupException(
          "the data directory was written by PostgreSQL "
              + version
              + ", this Orrery brings "
              + major
              + ". Use the Orrery that wrote it, or set orrery.data-dir to another place: "
              + postgresData);
    }
  }

  private static void initialise(DataDirectory directory, ServerPrograms programs)
      throws IOException {
    LOG.infof("Creating the embedded database: directory=%s", directory.postgresData());
    // An interrupted start leaves a directory that initdb refuses.
    Path unfinished = directory.postgresData().resolveSibling("postgres.new");
    DirectoryRemover.delete(unfinished);
    List<String> command = ServerCommand.initdb(programs, directory, unfinished, USER);
    Process initdb = builder(command, directory).start();
    try {
      if (initdb.waitFor() != 0) {
        throw new ServerStartLog(directory.startLog())
            .failure("creating the embedded database failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      initdb.destroy();
      throw new StartupException("interrupted while creating the embedded database", e);
    }
    Files.move(unfinished, directory.postgresData());
  }

  /**
   * Launches the server, with retries while backends of a dead server still work on the data.
   *
   * <p>The pid file of a dead server stays: PostgreSQL uses it to find that server's shared memory,
   * and refuses to start while a backend is attached. A stuck backend would stay attached forever.
   * Killing it loses no data: PostgreSQL does the same after a crash, and recovers at the start.
   */
  private void launch(Duration lingering) throws IOException {
    if (!tryLaunch()) {
      LOG.warnf(
          "Waiting for processes of a crashed database server to exit: timeout=%ds directory=%s",
          lingering.toSeconds(), directory.postgresData());
      if (!launchWithin(lingering)) {
        OrphanedServer.killBackends(directory.postgresData());
        if (!launchWithin(KILL_TIMEOUT)) {
          throw new ServerStartLog(directory.startLog())
              .failure(
                  "processes of a database server that died still work on the data after they were"
                      + " killed; end them by hand, then start again");
        }
      }
    }
    LOG.infof("Embedded database is ready: host=127.0.0.1 port=%d", port);
  }

  /** Returns false if processes of a dead server still use the data after this time. */
  private boolean launchWithin(Duration time) throws IOException {
    long deadline = System.nanoTime() + time.toNanos();
    do {
      pause();
      if (tryLaunch()) {
        return true;
      }
    } while (System.nanoTime() < deadline);
    return false;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LINGERING_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("interrupted while waiting for processes of the database", e);
    }
  }

  /** Returns false if processes of a dead server still use the data. */
  private boolean tryLaunch() throws IOException {
    ProcessBuilder server = builder(ServerCommand.postgres(programs, directory, port), directory);
    OrphanedServer.strangerOfItsPid(directory.postgresData())
        .ifPresent(pid -> server.environment().put("PG_GRANDPARENT_PID", Long.toString(pid)));
    process = server.start();
    return awaitAnswer();
  }

  private static ProcessBuilder builder(List<String> command, DataDirectory directory) {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.startLog().toFile());
  }

  /** Returns false if the process ended because backends of a dead server still use the data. */
  private boolean awaitAnswer() throws IOException {
    long begun = System.nanoTime();
    long answered = begun;
    boolean logged = false;
    while (System.nanoTime() - answered < MAX_SILENCE.toNanos()) {
      try {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          ServerStartLog log = new ServerStartLog(directory.startLog());
          if (log.contains(DATA_IN_USE)) {
            return false;
          }
          throw log.failure("the embedded database does not start");
        }
        Answer answer = ask();
        if (answer == Answer.ACCEPTS) {
          return true;
        }
        if (answer == Answer.STARTING) {
          answered = System.nanoTime();
          if (!logged && answered - begun > LONG_RECOVERY.toNanos()) {
            LOG.infof("Embedded database is recovering from a crash; waiting until it is done");
            logged = true;
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    process.destroyForcibly();
    throw new ServerStartLog(directory.startLog())
        .failure("the embedded database did not answer within two minutes");
  }

  private enum Answer {
    ACCEPTS,
    STARTING,
    NONE
  }

  /**
   * Tries to connect.
   *
   * @throws StartupException if the server refuses the login for good; the server is then stopped
   */
  private Answer ask() throws IOException, InterruptedException {
    try (Connection connection = DriverManager.getConnection(url(), USER, password)) {
      return connection.isValid(5) ? Answer.ACCEPTS : Answer.NONE;
    } catch (SQLException e) {
      if (isRefused(e)) {
        // Another server may use the port; our process then ends, and its log has the reason.
        if (process.waitFor(FOREIGN_PORT_SECONDS, TimeUnit.SECONDS)) {
          return Answer.NONE;
        }
        stopProcess(ServerSignal.FAST_STOP);
        throw WRONG_PASSWORD.equals(e.getSQLState()) ? directory.wrongPassword(e) : refusal(e);
      }
      return String.valueOf(e.getSQLState()).startsWith(SERVER_STATE)
          ? Answer.STARTING
          : Answer.NONE;
    }
  }

  /** Returns true if the server refused the login, and is not starting or stopping. */
  private static boolean isRefused(SQLException failure) {
    return failure instanceof PSQLException answered
        && answered.getServerErrorMessage() != null
        && !String.valueOf(failure.getSQLState()).startsWith(SERVER_STATE);
  }

  static StartupException refusal(SQLException failure) {
    String said = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return said.contains("\"TimeZone\"")
        ? new StartupException(
            "the embedded database does not know the time zone of this process ("
                + said
                + "). "
                + SET_TIME_ZONE,
            failure)
        : new StartupException(
            "the embedded database refuses the login of the scheduler ("
                + said
                + "). Undo what was changed in it, or set orrery.data-dir to another place for a new"
                + " database.",
            failure);
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    stop(ServerSignal.FAST_STOP);
  }

  /**
   * Like {@link #stop()}, but without a checkpoint, so the next start recovers. For data that will
   * be deleted.
   */
  public void stopAtOnce() throws IOException, InterruptedException {
    stop(ServerSignal.IMMEDIATE_STOP);
  }

  private void stop(ServerSignal signal) throws IOException, InterruptedException {
    stopProcess(signal);
    directory.release();
  }

  private void stopProcess(ServerSignal signal) throws IOException, InterruptedException {
    if (process.isAlive()) {
      // Collected while they still have a parent: the log writer outlives the server.
      List<ProcessHandle> family = process.descendants().toList();
      signal.sendTo(process.toHandle());
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warnf(
            "Embedded database did not stop within %d s; killing it. It recovers at the next start",
            STOP_SECONDS);
        process.destroyForcibly();
      }
      awaitEnd(family);
    }
  }

  private static void awaitEnd(List<ProcessHandle> family) throws InterruptedException {
    CompletableFuture<?> allEnded =
        CompletableFuture.allOf(
            family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
    try {
      allEnded.get(FAMILY_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warnf(
          "Processes of the embedded database did not exit; leaving them running: pids=%s",
          family.stream().filter(ProcessHandle::isAlive).map(ProcessHandle::pid).toList());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
