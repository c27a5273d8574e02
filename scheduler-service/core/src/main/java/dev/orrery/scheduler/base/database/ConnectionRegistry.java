package dev.orrery.scheduler.base.database;

import io.agroal.api.AgroalPoolInterceptor;
import io.quarkus.agroal.DataSource;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.postgresql.jdbc.PgConnection;

/**
 * Tracks the connections of all pools that may be open, so that they can be closed in an outage. A
 * pool cannot do this itself: it flushes on the same thread on which it waits for new connections,
 * so it cannot end calls that wait for a silent database.
 */
@Singleton
public class ConnectionRegistry implements AgroalPoolInterceptor {
  private static final Logger LOG = Logger.getLogger(ConnectionRegistry.class);

  private final PrimaryFence fence;
  private final Set<PgConnection> open = ConcurrentHashMap.newKeySet();

  public ConnectionRegistry(PrimaryFence fence) {
    this.fence = fence;
  }

  @Produces
  @Singleton
  @DataSource("engine")
  public AgroalPoolInterceptor ofTheEngine() {
    return new Forward();
  }

  @Produces
  @Singleton
  @DataSource("reads")
  AgroalPoolInterceptor ofReads() {
    return new Forward();
  }

  /**
   * @throws DatabaseException to the caller that waits for the connection, if the connection leads
   *     to a server that must not be used
   */
  @Override
  public void onConnectionCreate(Connection connection) {
    open.removeIf(ConnectionRegistry::isClosed);
    driverOf(connection).ifPresent(open::add);
    try {
      fence.admit(connection);
    } catch (SQLException e) {
      // The pool removes a connection that its interceptor refuses, but leaves it open.
      driverOf(connection).ifPresent(ConnectionRegistry::abort);
      throw new DatabaseException(e);
    } finally {
      driverOf(connection).ifPresent(PoolDriver::made);
    }
  }

  /**
   * Returns the driver's connection: the pool passes a new wrapper to each call, which is useless
   * afterwards.
   */
  private static Optional<PgConnection> driverOf(Connection connection) {
    try {
      return Optional.of(connection.unwrap(PgConnection.class));
    } catch (SQLException e) {
      LOG.debugf(
          "Failed to register a database connection; it cannot be aborted early: %s",
          e.getMessage());
      return Optional.empty();
    }
  }

  static boolean isClosed(PgConnection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** Closes the sockets of all connections; waiting statements fail. */
  public void abortAll() {
    open.forEach(ConnectionRegistry::abort);
  }

  /**
   * Closes the socket of a pooled connection; never blocks. The pool then removes the connection.
   * The pool's own {@link Connection#abort} would leak the slot of the connection (Agroal before
   * 3.2).
   */
  public static void discard(Connection connection) {
    driverOf(connection).ifPresent(ConnectionRegistry::abort);
  }

  /** Closes the socket of a connection; never blocks. */
  static void abort(PgConnection connection) {
    try {
      connection.abort(ConnectionRegistry::start);
    } catch (SQLException e) {
      LOG.debugf("Failed to abort a database connection; its time-out ends it: %s", e.getMessage());
    }
  }

  /** Uses a new thread, because closing a TLS socket may wait for a writing thread. */
  private static void start(Runnable abort) {
    Thread thread = new Thread(abort, "orrery-connection-abort");
    thread.setDaemon(true);
    thread.start();
  }

  /** Each pool needs its own interceptor. */
  private final class Forward implements AgroalPoolInterceptor {
    @Override
    public void onConnectionCreate(Connection connection) {
      ConnectionRegistry.this.onConnectionCreate(connection);
    }
  }
}
