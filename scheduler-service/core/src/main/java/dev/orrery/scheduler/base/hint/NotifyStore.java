package dev.orrery.scheduler.base.hint;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DedicatedConnectionFactory;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Sends and receives database notifications (NOTIFY and LISTEN). */
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
   * Sends a payload to all listeners, including this replica. It uses a separate transaction: a
   * commit that notifies takes a server-wide lock, for which no other work should wait.
   */
  void send(String payload) {
    database.autocommit(
        connection ->
            SqlStatement.of(connection, "select pg_notify(?, ?)")
                .withText(CHANNEL)
                .withText(payload)
                .first(row -> payload));
  }

  /** Opens a connection that listens; blocks. */
  Listening listen() {
    try {
      return new Listening(connections.open(OtherReplicas.APPLICATION_NAME));
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** A connection that receives notifications. One thread may use it. */
  static final class Listening implements AutoCloseable {
    private final Connection connection;
    private final PGConnection notified;

    private Listening(Connection connection) throws SQLException {
      this.connection = connection;
      try {
        this.notified = connection.unwrap(PGConnection.class);
        ReplicaFeatureStore.announce(connection);
        execute("listen " + CHANNEL);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }

    /** Returns the process id of the connection's backend. */
    int backend() {
      return notified.getBackendPID();
    }

    /** Returns payloads, oldest first; waits at most this long for the first. */
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

    /** Fails if the connection is broken. Waiting alone does not notice a silent break. */
    void check() {
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
