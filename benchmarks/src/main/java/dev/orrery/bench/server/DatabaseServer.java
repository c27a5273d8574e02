package dev.orrery.bench.server;

import dev.orrery.bench.BenchException;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.embedded.EmbeddedOptions;
import dev.orrery.scheduler.base.embedded.EmbeddedServer;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The PostgreSQL server of a run. It has the programs, settings and start of the scheduler's
 * embedded database.
 */
public final class DatabaseServer implements AutoCloseable {
  /** The user for observation, whose statements are not counted. */
  private static final String ONLOOKER = "onlooker";

  private final EmbeddedServer server;
  private final WorkDirectory directory;
  private final String onlookerPassword;

  private DatabaseServer(EmbeddedServer server, WorkDirectory directory) {
    this.server = server;
    this.directory = directory;
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    onlookerPassword = HexFormat.of().formatHex(random);
  }

  /**
   * Starts the server on its own data.
   *
   * @throws BenchException with the reason, if it cannot be started
   */
  public static DatabaseServer start(WorkDirectory directory) {
    EmbeddedServer server;
    try {
      server =
          EmbeddedServer.start(
              new EmbeddedOptions(directory.data(), directory.serverPrograms(), 0, Duration.ZERO));
    } catch (StartupException e) {
      throw new BenchException(e.getMessage(), e);
    }
    DatabaseServer started = new DatabaseServer(server, directory);
    try {
      started.prepare();
      return started;
    } catch (SQLException | RuntimeException e) {
      started.close();
      throw new BenchException("Failed to prepare the database: " + e.getMessage(), e);
    }
  }

  private void prepare() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(server.url(), server.user(), server.password());
        Statement statement = connection.createStatement()) {
      dropLeftOvers(statement);
      statement.execute("drop role if exists " + ONLOOKER);
      statement.execute(
          "create role " + ONLOOKER + " superuser login password '" + onlookerPassword + "'");
      statement.execute("create extension if not exists pg_stat_statements");
    }
  }

  /** Drops the databases of a killed run. */
  private static void dropLeftOvers(Statement statement) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery("select datname from pg_database where datname like 'bench\\_%'")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    for (String name : names) {
      statement.execute("drop database " + name + " with (force)");
    }
  }

  /**
   * Creates an empty database.
   *
   * @param purpose lower case letters and underscores; part of its name
   */
  public BenchDatabase create(String purpose) throws SQLException {
    String name = "bench_" + purpose;
    execute("create database " + name);
    return new BenchDatabase(
        name,
        server.url().replaceFirst("/postgres$", "/" + name),
        server.user(),
        server.password());
  }

  public void drop(BenchDatabase database) throws SQLException {
    execute("drop database if exists " + database.name() + " with (force)");
  }

  /** Writes all dirty pages, so that a round does not pay for the previous one. */
  public void checkpoint() throws SQLException {
    execute("checkpoint");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = onlook();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Opens a connection for statistics of the whole server. */
  public Connection onlook() throws SQLException {
    return DriverManager.getConnection(server.url(), ONLOOKER, onlookerPassword);
  }

  /** Opens a connection to read the tables of a database; its statements are not counted. */
  public Connection onlook(BenchDatabase database) throws SQLException {
    return DriverManager.getConnection(database.url(), ONLOOKER, onlookerPassword);
  }

  /** The main process of the server, the parent of all others. */
  public ProcessHandle process() {
    return server.process();
  }

  /** Stops the server at once and deletes its data. */
  @Override
  public void close() {
    try {
      server.stopAtOnce();
      directory.deleteData();
    } catch (IOException e) {
      System.err.println("Failed to delete the database's data: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
