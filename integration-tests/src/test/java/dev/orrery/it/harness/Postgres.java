package dev.orrery.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server that belongs to the test, as an external database of several schedulers. */
public final class Postgres implements AutoCloseable {
  private static final String USER = "orrery";
  private static final String PASSWORD = "only-for-this-test";

  private final Path directory;
  private final Path programs;
  private final int port = Ports.free();
  private Process server;

  private Postgres(Path directory, Path programs) {
    this.directory = directory;
    this.programs = programs;
  }

  /**
   * Creates a server's data and starts it.
   *
   * @param directory of the test
   */
  public static Postgres start(Path directory) {
    Postgres postgres = new Postgres(directory.resolve("external"), Stack.serverPrograms());
    Path passwordFile = directory.resolve("external-password");
    try {
      Files.writeString(passwordFile, PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    postgres.run(
        "initdb",
        "--pgdata=" + postgres.directory,
        "--username=" + USER,
        "--auth=scram-sha-256",
        "--pwfile=" + passwordFile,
        "--encoding=UTF8",
        "--locale=C");
    postgres.startServer();
    return postgres;
  }

  /** Starts it, again if need be, and waits until it answers. */
  public void startServer() {
    server =
        launch(
            "postgres",
            "-D",
            directory.toString(),
            "-c",
            "port=" + port,
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=");
    Await.until(
        "the database answers",
        Duration.ofSeconds(30),
        () -> {
          try (Connection connection = connect()) {
            return connection.isValid(2);
          }
        });
  }

  /** SIGQUIT: the server stops at once and recovers at its next start. */
  public void stopImmediately() {
    signal("QUIT");
    awaitEnd();
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, PASSWORD);
  }

  /** The one number that a query gives. */
  public long count(String sql) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** What makes a scheduler use it. */
  public List<String> schedulerOptions(String adminToken) {
    return List.of(
        "-Dquarkus.datasource.jdbc.url=" + url(),
        "-Dquarkus.datasource.username=" + USER,
        "-Dquarkus.datasource.password=" + PASSWORD,
        "-Dorrery.security.admin-token=" + adminToken);
  }

  private void run(String program, String... arguments) {
    Process process = launch(program, arguments);
    if (process.onExit().join().exitValue() != 0) {
      throw new AssertionError(
          program + " failed, see " + directory.resolveSibling(program + ".log"));
    }
  }

  private Process launch(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(directory.resolveSibling(program + ".log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(server.pid())).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitEnd() {
    try {
      if (!server.waitFor(20, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.destroyForcibly();
    }
  }

  @Override
  public void close() {
    if (server.isAlive()) {
      signal("INT");
      awaitEnd();
    }
  }
}
