package dev.orrery.scheduler.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.eclipse.microprofile.config.ConfigProvider;

/** The server on which the {@code @QuarkusTest} classes have their databases. */
final class TestServer {
  private TestServer() {}

  /** The value of a setting of the default pool, such as {@code jdbc.url}. */
  static String setting(String name) {
    return ConfigProvider.getConfig().getValue("quarkus.datasource." + name, String.class);
  }

  static String url() {
    return setting("jdbc.url");
  }

  /** A connection of no pool, which the caller closes. */
  static Connection connect() throws SQLException {
    return connect(url());
  }

  /** The same, to another database of the server, or with other options. */
  static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, setting("username"), setting("password"));
  }
}
