package dev.orrery.scheduler.base.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Checks whether a pooler between the scheduler and the database keeps the sessions of its clients.
 */
public final class SessionCheck {
  private static final String MARK =
      "select pg_backend_pid() as backend, set_config('orrery.session', ?, false) as marker";

  private static final String READ_MARK =
      "select pg_backend_pid() as backend, current_setting('orrery.session', true) as marker";

  private SessionCheck() {}

  /** A session as seen by one statement. */
  record Mark(int backend, String marker) {}

  /**
   * Returns whether each of two clients keeps its session. A pooler in transaction mode assigns a
   * connection for one transaction: the second client, in a transaction, gets the connection that
   * the first client has just released.
   */
  public static boolean isKept(Connection first, Connection second) throws SQLException {
    String marker = UUID.randomUUID().toString();
    Mark before = read(SqlStatement.of(first, MARK).withText(marker));
    second.setAutoCommit(false);
    Mark other = read(SqlStatement.of(second, READ_MARK));
    Mark after = read(SqlStatement.of(first, READ_MARK));
    second.rollback();
    return isKept(before, other, after);
  }

  /**
   * Returns whether the server keeps the session of a client.
   *
   * @param before the session of the client, which set its marker
   * @param other the session of another client, which has then opened a transaction
   * @param after the session of the client while the other transaction is open
   */
  public static boolean isKept(Mark before, Mark other, Mark after) {
    return before.equals(after) && other.backend() != before.backend();
  }

  private static Mark read(SqlStatement statement) throws SQLException {
    return statement
        .first(row -> new Mark(row.getInt("backend"), row.getString("marker")))
        .orElseThrow();
  }
}
