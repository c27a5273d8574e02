package dev.orrery.scheduler.database;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.quarkus.agroal.DataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Connections outside of the pools, for what holds one for as long as the service runs; with the
 * address, the credentials and the settings of the engine pool.
 */
@ApplicationScoped
public class DedicatedConnectionFactory {
  private final AgroalDataSource pool;
  private final ServerFence fence;

  DedicatedConnectionFactory(@DataSource("engine") AgroalDataSource pool, ServerFence fence) {
    this.pool = pool;
    this.fence = fence;
  }

  /**
   * Opens a connection in autocommit, which the caller closes; blocks.
   *
   * @param applicationName as the database's activity view shows it
   * @throws SQLException also if the database does not answer within the pool's time-outs
   */
  public Connection open(String applicationName) throws SQLException {
    return open(applicationName, Map.of());
  }

  /**
   * @param own properties of the driver besides those of the pool; the URL has precedence
   */
  Connection open(String applicationName, Map<String, String> own) throws SQLException {
    return open(
            url(),
            applicationName,
            own,
            opened -> {
              fence.admit(opened);
              return Optional.empty();
            })
        .connection();
  }

  /**
   * A connection of the check of writes.
   *
   * @param other the server, if it belongs to another database than the one in use; null if not
   */
  record ForCheck(Connection connection, ServerIdentity other) {}

  /**
   * The same, but during an outage the connection may lead to another database.
   *
   * @param url of all hosts, or of one
   */
  ForCheck openForCheck(String url, String applicationName, Map<String, String> own)
      throws SQLException {
    return open(url, applicationName, own, fence::admitForCheck);
  }

  /** Makes the other database, which has taken a write of the check, the one in use. */
  void adopt(ForCheck check) throws SQLException {
    fence.adopt(check.other(), check.connection());
  }

  /** The URL of all pools. */
  String url() {
    return settings().jdbcUrl();
  }

  /** The URL of each host. */
  List<String> hostUrls() {
    return HostUrls.of(url());
  }

  @FunctionalInterface
  private interface Admission {
    /** Returns the server if it belongs to another database. */
    Optional<ServerIdentity> admit(Connection connection) throws SQLException;
  }

  private AgroalConnectionFactoryConfiguration settings() {
    return pool.getConfiguration().connectionPoolConfiguration().connectionFactoryConfiguration();
  }

  private ForCheck open(
      String url, String applicationName, Map<String, String> own, Admission admission)
      throws SQLException {
    AgroalConnectionFactoryConfiguration settings = settings();
    Properties properties = new Properties();
    properties.putAll(settings.jdbcProperties());
    if (settings.principal() instanceof NamePrincipal user) {
      properties.setProperty("user", user.getName());
    }
    for (Object credential : settings.credentials()) {
      if (credential instanceof SimplePassword password) {
        properties.setProperty("password", password.getWord());
      }
    }
    properties.setProperty("ApplicationName", applicationName);
    properties.putAll(own);
    Connection connection = new Driver().connect(url, properties);
    if (connection == null) {
      throw new SQLException("The JDBC URL is not one of PostgreSQL");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(settings.initialSql());
      return new ForCheck(connection, admission.admit(connection).orElse(null));
    } catch (SQLException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }
}
