package dev.orrery.it.harness;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Counts notifications between replicas through the database. */
public final class Notifications implements AutoCloseable {
  private final Connection connection;

  public Notifications(Postgres database) throws SQLException {
    connection = database.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("listen orrery_hints");
    }
  }

  /** Returns the number of notifications since the last call. */
  public int count() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("select 1");
    }
    PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications();
    return heard == null ? 0 : heard.length;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
