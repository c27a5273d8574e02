package dev.orrery.it.harness;

import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProcessExit;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A PostgreSQL server of the test, as an external database for several schedulers. */
public final class Postgres implements AutoCloseable {
  public static final String USER = "orrery";
  public static final String PASSWORD = "only-for-this-test";

  /** More log segments than are ever preallocated. */
  private static final int SEGMENTS = 200;

  private final Path directory;
  private final Path programs;
  private final List<String> settings;
  private final int port = Ports.free();
  private volatile Process server;

  private Postgres(Path directory, Path programs, List<String> settings) {
    this.directory = directory;
    this.programs = programs;
    this.settings = settings;
  }

  /**
   * Starts a server on a copy of the prepared, migrated database.
   *
   * @param directory of the test
   */
  public static Postgres start(Path directory) {
    Postgres postgres =
        new Postgres(directory.resolve("external"), Stack.serverPrograms(), List.of());
    PreparedData.copyExternal(postgres.directory);
    postgres.startServer();
    return postgres;
  }

  /** Creates and starts a server without tables. */
  public static Postgres create(Path directory) {
    return create(directory, directory.resolve("external/pg_wal"), List.of());
  }

  /**
   * Creates and starts a server with its write-ahead log elsewhere.
   *
   * @param log an empty or missing directory for the write-ahead log
   * @param settings such as {@code max_wal_size=96MB}
   */
  public static Postgres create(Path directory, Path log, List<String> settings) {
    Postgres postgres =
        new Postgres(directory.resolve("external"), Stack.serverPrograms(), settings);
    Path passwordFile = directory.resolve("external-password");
    try {
      Files.writeString(passwordFile, PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--pgdata=" + postgres.directory,
                "--username=" + USER,
                "--auth=scram-sha-256",
                "--pwfile=" + passwordFile,
                "--encoding=UTF8",
                "--locale=C"));
    if (!log.startsWith(postgres.directory)) {
      arguments.add("--waldir=" + log);
    }
    postgres.run("initdb", arguments);
    postgres.startServer();
    return postgres;
  }

  /** Starts or restarts it, and waits until it responds. */
  public void startServer() {
    launchServer();
    awaitAnswer();
  }

  /** Waits until it responds; restarts it if it has ended by itself. */
  public void awaitAnswer() {
    Await.until(
        "the database answers",
        Duration.ofSeconds(30),
        () -> {
          if (!server.isAlive()) {
            launchServer();
          }
          try (Connection connection = connect()) {
            return connection.isValid(2);
          }
        });
  }

  private void launchServer() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--port=" + port,
                "--listen_addresses=127.0.0.1",
                "--unix_socket_directories=",
                "-D",
                directory.toString()));
    settings.forEach(setting -> arguments.addAll(List.of("-c", setting)));
    server = launch(arguments);
  }

  /** Sends SIGQUIT: the server stops at once and recovers at its next start. */
  public void stopImmediately() {
    signal("QUIT");
    awaitEnd();
  }

  /** Copies the data as a backup; the server is stopped meanwhile. */
  public void save(Path backup) {
    stopImmediately();
    PreparedData.copy(directory, backup);
    startServer();
  }

  /** Replaces the data with an earlier copy, and starts the server. */
  public void restore(Path backup) {
    stopImmediately();
    try {
      Files.move(directory, directory.resolveSibling("lost"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PreparedData.copy(backup, directory);
    startServer();
  }

  /** Sends SIGINT: open transactions are rolled back, and standbys receive the whole log. */
  public void stopServer() {
    signal("INT");
    awaitEnd();
  }

  /** Sends SIGKILL to the server; its backends end when they notice. */
  public void kill() {
    server.destroyForcibly();
    awaitEnd();
  }

  /** Sends SIGKILL to all its processes, even frozen ones. */
  void killAll() {
    if (server == null) {
      return;
    }
    List<ProcessHandle> backends = server.descendants().toList();
    kill();
    backends.forEach(ProcessHandle::destroyForcibly);
    // One that no process has waited for has no command any more.
    Await.until(
        "its backends have ended",
        Duration.ofSeconds(10),
        () -> backends.stream().allMatch(one -> one.info().command().isEmpty()));
  }

  /** Sends SIGSTOP to all its processes: connections stay, and the system accepts new ones. */
  public void freeze() {
    signal("STOP");
    // The server makes no more of them now.
    signal("STOP", server.descendants());
  }

  /** Sends SIGCONT to all its processes. */
  public void thaw() {
    signal("CONT", server.descendants());
    signal("CONT");
  }

  public boolean isAlive() {
    return server.isAlive();
  }

  /** Executes a statement in autocommit. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /**
   * Returns a server on a directory that will be created before its first start, with the settings
   * of this one.
   */
  Postgres another(Path directoryOfServer) {
    return new Postgres(directoryOfServer, programs, settings);
  }

  Path directory() {
    return directory;
  }

  public int port() {
    return port;
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, PASSWORD);
  }

  /** Returns the single number that a query selects. */
  public long count(String sql) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Returns the first column of a query. */
  public List<String> texts(String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  /**
   * Uses up the log's preallocated space, on a full disk, so that the server ends.
   *
   * @throws IllegalStateException if the log had space
   */
  public void useUpLog() throws SQLException {
    Connection connection = connect();
    try (connection;
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < SEGMENTS; i++) {
        statement.execute("select pg_logical_emit_message(false, 'chaos', 'full')");
        statement.execute("select pg_switch_wal()");
      }
    } catch (SQLException e) {
      // The log found no room, so the server has stopped.
      return;
    }
    throw new IllegalStateException("The log has room though its disk has none");
  }

  public List<String> errors() throws IOException {
    return logged(" ERROR: ");
  }

  /** Returns refused and ended connections from its log. */
  public List<String> refusals() throws IOException {
    return logged(" FATAL: ");
  }

  private List<String> logged(String text) throws IOException {
    try (Stream<String> lines = Files.lines(log("postgres"))) {
      return lines.filter(line -> line.contains(text)).toList();
    }
  }

  /** Returns statements above {@code log_min_duration_statement} from its log. */
  public List<String> longStatements() throws IOException {
    return logged(" duration: ");
  }

  private Path log(String program) {
    return directory.resolveSibling(program + ".log");
  }

  public String url() {
    return url(port);
  }

  private static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** Returns the options of a scheduler that uses it. */
  public List<String> schedulerOptions(String adminToken) {
    return schedulerOptions(adminToken, port);
  }

  /** Returns the options of a scheduler that uses it through another port. */
  public List<String> schedulerOptions(String adminToken, int through) {
    return List.of(
        "-Dquarkus.datasource.jdbc.url=" + url(through),
        "-Dquarkus.datasource.username=" + USER,
        "-Dquarkus.datasource.password=" + PASSWORD,
        "-Dorrery.security.admin-token=" + adminToken);
  }

  private void run(String program, List<String> arguments) {
    ProgramProcess process =
        ProgramProcess.start(command(program, arguments), Map.of(), log(program));
    if (process.awaitExit(Duration.ofMinutes(1)) != 0) {
      throw new AssertionError(program + " failed:\n" + process.output());
    }
  }

  private List<String> command(String program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(arguments);
    return command;
  }

  /** Starts the server; its log goes on after a restart. */
  private Process launch(List<String> arguments) {
    try {
      return new ProcessBuilder(command("postgres", arguments))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log("postgres").toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signal(String name) {
    signal(name, Stream.of(server.toHandle()));
  }

  /** Uses one command, because each takes long on a busy machine. */
  private static void signal(String name, Stream<ProcessHandle> processes) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    processes.forEach(one -> command.add(Long.toString(one.pid())));
    try {
      new ProcessBuilder(command).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitEnd() {
    ProcessExit.awaitOrKill(server, Duration.ofSeconds(20));
  }

  @Override
  public void close() {
    if (server != null && server.isAlive()) {
      stopServer();
    }
  }
}
