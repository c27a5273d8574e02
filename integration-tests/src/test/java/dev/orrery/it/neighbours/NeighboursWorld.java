package dev.orrery.it.neighbours;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.ProgramProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A packaged scheduler with its memory limit in Kubernetes, the attacking app {@code a}, and its
 * neighbour {@code b}.
 */
final class NeighboursWorld implements AutoCloseable {
  static final String A = "a";
  static final String B = "b";

  private static final Set<String> ROLES = Set.of("operator", "viewer", "worker");

  /** Uses the collector of a JVM with two processors, unlike the other tests. */
  private static final String[] OPTIONS = {
    "-Xmx600m",
    "-XX:-UseSerialGC",
    "-XX:+UseG1GC",
    "-XX:MaxDirectMemorySize=128m",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dorrery.notifications.allowed-networks=127.0.0.1/32"
  };

  /** The long form compares times, so it compiles as an installation does. */
  private static final String[] LONG_OPTIONS =
      Stream.concat(Stream.of(OPTIONS), Stream.of("-XX:TieredStopAtLevel=4"))
          .toArray(String[]::new);

  private final Stack stack;
  private final ProgramProcess scheduler;
  private final boolean large;
  private final Map<String, String> tokens = new HashMap<>();

  /**
   * @param large whether to make large preparations
   */
  NeighboursWorld(String name, boolean large) {
    this.large = large;
    stack = new Stack(name, large ? LONG_OPTIONS : OPTIONS);
    scheduler = stack.startScheduler();
    for (String app : Set.of(A, B)) {
      api().putApp(app);
    }
    api().putJob(A, "noop", "{\"processor\":{\"type\":\"noop\"}}");
    // Now: while A attacks, its own edits may be refused.
    for (String role : ROLES) {
      tokens.put(role, api().newToken(A, role));
    }
  }

  Stack stack() {
    return stack;
  }

  /** The API with the admin token. */
  Api api() {
    return stack.api();
  }

  ProgramProcess scheduler() {
    return scheduler;
  }

  int apiPort() {
    return stack.apiPort();
  }

  int workerPort() {
    return stack.httpPort();
  }

  /** Returns a number for the long or the short form. */
  int size(int ofLong, int ofShort) {
    return large ? ofLong : ofShort;
  }

  String token(String role) {
    return tokens.get(role);
  }

  /** Executes a statement in the scheduler's database; returns the number of rows. */
  int sql(String statement) throws SQLException {
    try (Connection connection = stack.connect();
        Statement prepared = connection.createStatement()) {
      return prepared.executeUpdate(statement);
    }
  }

  long number(String query) throws SQLException {
    try (Connection connection = stack.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Returns the names and numbers of a query. */
  Map<String, Double> numbers(String query) throws SQLException {
    try (Connection connection = stack.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      Map<String, Double> all = new TreeMap<>();
      while (rows.next()) {
        all.put(rows.getString(1), rows.getDouble(2));
      }
      return all;
    }
  }

  @Override
  public void close() {
    stack.close();
  }
}
