package dev.orrery.scheduler.database;

import dev.orrery.protocol.startup.StartupException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** Refuses to start on a server that takes no writes, and behind a pooler that keeps no session. */
final class ServerCheck {
  private static final String APPLICATION_NAME = "orrery-start-check";

  /** A pooler that keeps no session must not fail for the names of prepared statements. */
  private static final Map<String, String> PROPERTIES =
      Map.of("prepareThreshold", "0", "socketTimeout", "5", "loginTimeout", "10");

  private static final String WRITABLE =
      """
      select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable
      """;

  private static final String MARK =
      "select pg_backend_pid() as backend, set_config('orrery.session', ?, false) as marker";

  private static final String READ_MARK =
      "select pg_backend_pid() as backend, current_setting('orrery.session', true) as marker";

  private ServerCheck() {}

  /** A session as one statement saw it. */
  record Mark(int backend, String marker) {}

  /**
   * Returns if the server can be used.
   *
   * @throws StartupException that names the fix
   * @throws DatabaseException if it cannot be reached, does not let us in, or has no such database
   */
  static void require(DedicatedConnectionFactory connections) {
    try (Connection first = connections.open(APPLICATION_NAME, PROPERTIES);
        Connection second = connections.open(APPLICATION_NAME, PROPERTIES)) {
      requireWritable(first);
      requireSession(first, second);
    } catch (SQLException e) {
      throw refusal(new DatabaseException(e));
    }
  }

  private static void requireWritable(Connection connection) throws SQLException {
    if (!SqlStatement.of(connection, WRITABLE)
        .first(row -> row.getBoolean("writable"))
        .orElseThrow()) {
      throw readOnly("it refuses writes");
    }
  }

  /**
   * A pooler in transaction mode lends a connection for one transaction. The second client, in a
   * transaction, gets the one that the first client has just given back.
   */
  private static void requireSession(Connection first, Connection second) throws SQLException {
    String marker = UUID.randomUUID().toString();
    Mark before = read(SqlStatement.of(first, MARK).withText(marker));
    second.setAutoCommit(false);
    Mark other = read(SqlStatement.of(second, READ_MARK));
    Mark after = read(SqlStatement.of(first, READ_MARK));
    second.rollback();
    if (!isKept(before, other, after)) {
      throw new StartupException(DatabaseException.SESSION_NOT_KEPT + ".");
    }
  }

  private static Mark read(SqlStatement statement) throws SQLException {
    return statement
        .first(row -> new Mark(row.getInt("backend"), row.getString("marker")))
        .orElseThrow();
  }

  /**
   * Returns whether the server keeps the session of a client.
   *
   * @param before of the client, with its marker
   * @param other of another client, which has a transaction open since
   * @param after of the client, while that transaction is open
   */
  static boolean isKept(Mark before, Mark other, Mark after) {
    return before.equals(after) && other.backend() != before.backend();
  }

  static RuntimeException refusal(DatabaseException failure) {
    String said = failure.getMessage().lines().findFirst().orElse("");
    return switch (OutageCause.of(failure)) {
      case READ_ONLY -> readOnly(said);
      case HANGING ->
          new StartupException(
              "the database does not answer ("
                  + said
                  + "). Start it, or set quarkus.datasource.jdbc.url to where it is.");
      case SESSION_NOT_KEPT, AWAY, DISK_FULL, TOO_MANY_CONNECTIONS -> failure;
    };
  }

  private static StartupException readOnly(String said) {
    return new StartupException(
        "the database is a standby, or read-only ("
            + said
            + "). Set quarkus.datasource.jdbc.url to the primary, or to all hosts:"
            + " jdbc:postgresql://HOST1,HOST2/DATABASE.");
  }
}
