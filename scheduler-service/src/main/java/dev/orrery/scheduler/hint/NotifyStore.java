package dev.orrery.scheduler.hint;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.DedicatedConnectionFactory;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** The database's LISTEN and NOTIFY. */
@ApplicationScoped
class NotifyStore {
  private static final String CHANNEL = "orrery_hints";

  private final DedicatedConnectionFactory connections;
  private final EngineDatabase database;

  NotifyStore(DedicatedConnectionFactory connections, EngineDatabase database) {
    this.connections = connections;
    this.database = database;
  }

  /**
   * Tells all who listen, this replica included. A transaction of its own: commits that notify take
   * a lock of the whole server, which nothing else should wait for.
   */
  void tell(String payload) {
    database.autocommit(
        connection ->
            SqlStatement.of(connection, "select pg_notify(?, ?)")
                .withText(CHANNEL)
                .withText(payload)
                .first(row -> payload));
  }

  /** Begins to listen; blocks. */
  Listening listen() {
    try {
      return new Listening(connections.open(OtherReplicas.APPLICATION_NAME));
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** A connection that hears. To be used by one thread. */
  static final class Listening implements AutoCloseable {
    private final Connection connection;
    private final PGConnection notified;

    private Listening(Connection connection) throws SQLException {
      this.connection = connection;
      try {
        this.notified = connection.unwrap(PGConnection.class);
        execute("listen " + CHANNEL);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }

    /** The process id of its side in the database. */
    int backend() {
      return notified.getBackendPID();
    }

    /** Payloads that have come in, oldest first; waits for the first at most this long. */
    List<String> await(Duration longest) {
      try {
        List<String> payloads = new ArrayList<>();
        PGNotification[] notifications = notified.getNotifications((int) longest.toMillis());
        if (notifications != null) {
          for (PGNotification notification : notifications) {
            payloads.add(notification.getParameter());
          }
        }
        return payloads;
      } catch (SQLException e) {
        throw new DatabaseException(e);
      }
    }

    /** Fails if the other side is gone without a word, which waiting alone would not notice. */
    void probe() {
      try {
        execute("");
      } catch (SQLException e) {
        throw new DatabaseException(e);
      }
    }

    private void execute(String text) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute(text);
      }
    }

    @Override
    public void close() {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new DatabaseException(e);
      }
    }
  }
}
