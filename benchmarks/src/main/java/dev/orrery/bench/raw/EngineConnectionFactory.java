package dev.orrery.bench.raw;

import dev.orrery.bench.BenchException;
import dev.orrery.bench.server.BenchDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Opens database connections with the same setup as the scheduler's engine connections, which it
 * reads from the scheduler's settings.
 */
final class EngineConnectionFactory {
  private static final String PREFIX = "quarkus.datasource.engine.jdbc.";
  private static final String DRIVER = PREFIX + "additional-jdbc-properties.";
  private static final String FIRST_SQL = PREFIX + "new-connection-sql";

  private final BenchDatabase database;
  private final Properties driver = new Properties();
  private final String firstSql;

  EngineConnectionFactory(BenchDatabase database) {
    this.database = database;
    Properties scheduler = schedulerSettings();
    scheduler.stringPropertyNames().stream()
        .filter(key -> key.startsWith(DRIVER))
        .forEach(
            key -> driver.setProperty(key.substring(DRIVER.length()), scheduler.getProperty(key)));
    firstSql = scheduler.getProperty(FIRST_SQL);
    if (firstSql == null || driver.isEmpty()) {
      throw new BenchException(
          "The scheduler no longer exposes its connection settings: " + FIRST_SQL);
    }
    driver.setProperty("user", database.user());
    driver.setProperty("password", database.password());
  }

  private static Properties schedulerSettings() {
    Properties settings = new Properties();
    try (InputStream file =
        EngineConnectionFactory.class.getResourceAsStream("/application.properties")) {
      if (file != null) {
        settings.load(file);
      }
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Connection open() throws SQLException {
    Connection connection = DriverManager.getConnection(database.url(), driver);
    try (Statement statement = connection.createStatement()) {
      statement.execute(firstSql);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
