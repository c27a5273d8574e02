package dev.orrery.scheduler.database;

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
import org.postgresql.util.PSQLState;

/**
 * The PostgreSQL driver with logins that can be given up. A pool makes its connections one after
 * the other on one thread, so a login at a host that went silent would hold up all calls until its
 * time-out, though another host has taken over.
 */
public final class PoolDriver implements Driver {
  /** Static, because a pool makes its driver by the name of the class. */
  private static final Set<CompletableFuture<Connection>> LOGINS = ConcurrentHashMap.newKeySet();

  private final Driver driver;

  public PoolDriver() {
    this(new org.postgresql.Driver());
  }

  PoolDriver(Driver driver) {
    this.driver = driver;
  }

  /** Ends the logins of all pools that wait for an answer; their callers get an exception. */
  static void abandonLogins() {
    LOGINS.forEach(
        login ->
            login.completeExceptionally(
                new SQLException(
                    "The login had no answer when the database went away or came back",
                    PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState())));
  }

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    CompletableFuture<Connection> login = new CompletableFuture<>();
    LOGINS.add(login);
    try {
      start(() -> logIn(url, info, login));
      return login.get();
    } catch (InterruptedException e) {
      login.completeExceptionally(e);
      Thread.currentThread().interrupt();
      throw new SQLException("Interrupted during the login", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException refused) {
        throw refused;
      }
      throw new SQLException("The login failed", e.getCause());
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
      if (!login.complete(connection) && connection != null) {
        connection.close();
      }
    } catch (SQLException | RuntimeException | Error e) {
      login.completeExceptionally(e);
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
