package dev.orrery.scheduler.base.database;

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
 * Opens connections outside of the pools, for code that keeps one for the lifetime of the service.
 * They use the address, the credentials and the settings of the engine pool.
 */
@ApplicationScoped
public class DedicatedConnectionFactory {
  private final AgroalDataSource pool;
  private final PrimaryFence fence;

  public DedicatedConnectionFactory(
      @DataSource("engine") AgroalDataSource pool, PrimaryFence fence) {
    this.pool = pool;
    this.fence = fence;
  }

  /**
   * Opens a connection in autocommit, which the caller must close; blocks.
   *
   * @param applicationName the name in the database's activity view
   * @throws SQLException also if the database does not respond within the pool's time-outs
   */
  public Connection open(String applicationName) throws SQLException {
    return open(applicationName, Map.of());
  }

  /**
   * @param own driver properties that override the pool's; properties in the URL take precedence
   */
  public Connection open(String applicationName, Map<String, String> own) throws SQLException {
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
   * A connection for the write check.
   *
   * @param other the server, if it belongs to another database than the current one; otherwise null
   */
  public record ForCheck(Connection connection, ServerIdentity other) {}

  /**
   * Opens a connection for the write check. During an outage it may lead to another database.
   *
   * @param url the URL of all hosts, or of one
   */
  public ForCheck openForCheck(String url, String applicationName, Map<String, String> own)
      throws SQLException {
    return open(url, applicationName, own, fence::admitForCheck);
  }

  /** Switches to the other database, which has accepted a write of the check. */
  public void adopt(ForCheck check) throws SQLException {
    fence.adopt(check.other(), check.connection());
  }

  public String url() {
    return settings().jdbcUrl();
  }

  public List<String> hostUrls() {
    return HostUrls.of(url());
  }

  @FunctionalInterface
  private interface Admission {
    /** Returns the server if it belongs to another database; otherwise empty. */
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
