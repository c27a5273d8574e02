package dev.orrery.scheduler.base.schema;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DedicatedConnectionFactory;
import dev.orrery.scheduler.base.database.SessionCheck;
import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * Refuses to start on a server that accepts no writes, behind a pooler that does not keep sessions,
 * and on a database that cannot store every text.
 */
final class ServerCheck {
  private static final String APPLICATION_NAME = "orrery-start-check";

  /**
   * Disables prepared statements: behind a pooler that does not keep sessions, their names would
   * fail first.
   */
  private static final Map<String, String> PROPERTIES =
      Map.of("prepareThreshold", "0", "socketTimeout", "5", "loginTimeout", "10");

  private static final String WRITABLE =
      """
      select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable
      """;

  private static final String ENCODING = "select current_setting('server_encoding') as encoding";

  private ServerCheck() {}

  /**
   * Requires a usable server.
   *
   * @throws StartupException if the server cannot be used; the message names the fix
   * @throws DatabaseException if the server does not answer, cannot be reached, refuses the login,
   *     or has no such database
   */
  static void require(DedicatedConnectionFactory connections) {
    try (Connection first = connections.open(APPLICATION_NAME, PROPERTIES);
        Connection second = connections.open(APPLICATION_NAME, PROPERTIES)) {
      requireWritable(first);
      if (!SessionCheck.isKept(first, second)) {
        throw new StartupException(DatabaseException.SESSION_NOT_KEPT + ".");
      }
      requireUtf8(first);
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
   * Refuses every encoding but UTF8. Most other encodings lack letters, and one such letter fails a
   * whole group of log lines. SQL_ASCII stores every letter, but its functions count bytes: {@code
   * left} truncates an error within a letter, and no client can read the rest.
   */
  static void requireUtf8(Connection connection) throws SQLException {
    String encoding =
        SqlStatement.of(connection, ENCODING).first(row -> row.getString("encoding")).orElseThrow();
    if (!encoding.equals("UTF8")) {
      throw new StartupException(
          "the database has the encoding "
              + encoding
              + ", which cannot store every text. Create one with: create database orrery owner"
              + " orrery encoding 'UTF8' locale 'C' template template0");
    }
  }

  static RuntimeException refusal(DatabaseException failure) {
    return failure.isReadOnly() ? readOnly(failure.firstLine()) : failure;
  }

  private static StartupException readOnly(String said) {
    return new StartupException(
        "the database is a standby, or read-only ("
            + said
            + "). Set quarkus.datasource.jdbc.url to the primary, or to all hosts:"
            + " jdbc:postgresql://HOST1,HOST2/DATABASE.");
  }
}
