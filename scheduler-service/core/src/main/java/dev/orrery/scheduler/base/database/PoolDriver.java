package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.base.time.Ticker;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.logging.Logger;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.PSQLState;

/**
 * The PostgreSQL driver with logins that can be aborted. A pool opens its connections one after
 * another on one thread, so a login at a silent host would block all calls until its time-out,
 * although another host has taken over.
 */
public final class PoolDriver implements Driver {
  /** Static, because a pool creates its driver from the name of the class. */
  private static final Set<CompletableFuture<Connection>> LOGINS = ConcurrentHashMap.newKeySet();

  /**
   * Connections that are logged in but not yet in use: the pool sends its first statements on them.
   */
  private static final Set<PgConnection> FRESH = ConcurrentHashMap.newKeySet();

  private final Driver driver;
  private final LoginPause pause;

  public PoolDriver() {
    this(new org.postgresql.Driver());
  }

  public PoolDriver(Driver driver) {
    this(driver, Ticker.SYSTEM);
  }

  public PoolDriver(Driver driver, Ticker ticker) {
    this.driver = driver;
    this.pause = new LoginPause(ticker);
  }

  /**
   * Aborts the pending logins of all pools, and the first statements on new connections; the pools
   * get an exception.
   */
  public static void abandonLogins() {
    FRESH.forEach(ConnectionRegistry::abort);
    LOGINS.forEach(
        login ->
            login.completeExceptionally(
                new SQLException(
                    "The login had no answer when the database went away or came back",
                    PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState())));
  }

  /** Marks a connection as in use or closed. */
  static void made(PgConnection connection) {
    FRESH.remove(connection);
    FRESH.removeIf(ConnectionRegistry::isClosed);
  }

  @Override
  @SuppressWarnings("CollectionUndefinedEquality")
  public Connection connect(String url, Properties info) throws SQLException {
    pause.require();
    CompletableFuture<Connection> login = new CompletableFuture<>();
    LOGINS.add(login);
    try {
      start(() -> logIn(url, info, login));
      return login.get();
    } catch (InterruptedException e) {
      // The pool interrupts a slow login. A restored interrupt flag would end its next login, too.
      if (!login.completeExceptionally(e)) {
        var unused = login.thenAccept(PoolDriver::close);
      }
      throw new SQLException(
          "Interrupted during the login", PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState(), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException refused) {
        pause.failed(refused);
        throw refused;
      }
      throw new SQLException(
          "The login failed", PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState(), e.getCause());
    } finally {
      LOGINS.remove(login);
    }
  }

  private static void start(Runnable logIn) {
    Thread thread = new Thread(logIn, "orrery-login");
    thread.setDaemon(true);
    thread.start();
  }

  private void logIn(String url, Properties info, CompletableFuture<Connection> login) {
    try {
      Connection connection = driver.connect(url, info);
      if (connection instanceof PgConnection fresh) {
        FRESH.add(fresh);
      }
      if (!login.complete(connection)) {
        close(connection);
      }
    } catch (SQLException | RuntimeException | Error e) {
      login.completeExceptionally(e);
    }
  }

  private static void close(Connection connection) {
    if (connection instanceof PgConnection fresh) {
      FRESH.remove(fresh);
      ConnectionRegistry.abort(fresh);
    }
  }

  @Override
  public boolean acceptsURL(String url) throws SQLException {
    return driver.acceptsURL(url);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
    return driver.getPropertyInfo(url, info);
  }

  @Override
  public int getMajorVersion() {
    return driver.getMajorVersion();
  }

  @Override
  public int getMinorVersion() {
    return driver.getMinorVersion();
  }

  @Override
  public boolean jdbcCompliant() {
    return driver.jdbcCompliant();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger("org.postgresql");
  }
}
