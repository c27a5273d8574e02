package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.testkit.TestDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Settings of the connection pools and of their connections. */
@QuarkusTest
class ConnectionSettingsTest {
  private static final int ALL_OF_A_POOL = 8;

  @Inject AgroalDataSource edits;

  @Inject
  @DataSource("engine")
  AgroalDataSource hot;

  @Inject
  @DataSource("reads")
  AgroalDataSource reads;

  @Inject DedicatedConnectionFactory dedicated;

  @Inject EngineDatabase engine;

  @Inject Flyway flyway;

  @Test
  void usesAbortableLoginDriverForAllPools() {
    assertThat(List.of(edits, hot, reads))
        .allSatisfy(
            pool ->
                assertThat(
                        pool.getConfiguration()
                            .connectionPoolConfiguration()
                            .connectionFactoryConfiguration()
                            .connectionProviderClass())
                    .isEqualTo(PoolDriver.class));
  }

  @Test
  void boundsLockAndStatementTimeoutsOfEditConnections() throws SQLException {
    forAllOf(
        edits,
        connection -> {
          assertThat(longestSilence(connection)).isEqualTo("15s");
          assertBoundedWaits(connection, "10s", "25s");
        });
  }

  @Test
  void boundsLockAndStatementTimeoutsOfEngineConnections() throws SQLException {
    forAllOf(
        hot,
        connection -> {
          assertThat(longestSilence(connection)).isEqualTo("15s");
          assertBoundedWaits(connection, "2s", "8s");
        });
  }

  @Test
  void extendsStatementTimeoutDuringMaintenanceOnly() throws SQLException {
    List<Object> during =
        engine.maintenance(
            connection ->
                List.of(setting(connection, "statement_timeout"), connection.getNetworkTimeout()));
    List<Object> failed = new ArrayList<>();
    assertThatThrownBy(
            () ->
                engine.maintenance(
                    connection -> {
                      failed.add(setting(connection, "statement_timeout"));
                      return setting(connection, "no_such_setting");
                    }))
        .isInstanceOf(DatabaseException.class);

    assertThat(during).containsExactly("25s", 30_000);
    assertThat(failed).containsExactly("25s");
    forAllOf(
        hot,
        connection -> {
          assertThat(setting(connection, "statement_timeout")).isEqualTo("8s");
          assertThat(connection.getNetworkTimeout()).isEqualTo(10_000);
        });
  }

  @Test
  void configuresReadPoolConnectionsReadOnlyWithShortTimeouts() throws SQLException {
    try (Connection connection = reads.getConnection()) {
      assertThat(setting(connection, "transaction_read_only")).isEqualTo("on");
      assertThat(setting(connection, "lock_timeout")).isEqualTo("2s");
      assertThat(setting(connection, "statement_timeout")).isEqualTo("10s");
      assertThat(setting(connection, "enable_seqscan")).as("plans of the engine").isEqualTo("off");
    }
  }

  /** As after a restart of the database, which ends all of them. */
  @Test
  void replacesReadConnectionsTerminatedWhileIdle() throws SQLException {
    List<Connection> all = new ArrayList<>();
    List<Integer> backends = new ArrayList<>();
    for (int i = 0; i < reads.getConfiguration().connectionPoolConfiguration().maxSize(); i++) {
      all.add(reads.getConnection());
      backends.add(Integer.valueOf(value(all.get(i), "select pg_backend_pid()")));
    }
    for (Connection connection : all) {
      connection.close();
    }
    backends.forEach(backend -> TestDatabase.read("select pg_terminate_backend(?)", backend));
    // A connection that was used within a second is not validated: this one tests the clock.
    await().pollDelay(Duration.ofMillis(1_100)).until(() -> true);

    try (Connection connection = reads.getConnection()) {
      assertThat(setting(connection, "lock_timeout")).isEqualTo("2s");
    }
  }

  @Test
  void appliesEngineSettingsToDedicatedConnections() throws SQLException {
    try (Connection connection = dedicated.open("settings-test")) {
      assertBoundedWaits(connection, "2s", "8s");
      assertThat(setting(connection, "enable_seqscan")).isEqualTo("off");
    }
  }

  /** Otherwise a statement would stay in its queue after its client has given up. */
  @Test
  void keepsStatementTimeoutBelowSocketTimeout() {
    assertThat(Map.of("", 25, "engine.", 8, "reads.", 10))
        .allSatisfy((pool, statement) -> assertThat(socketTimeout(pool)).isGreaterThan(statement));
  }

  private static int socketTimeout(String pool) {
    return ConfigProvider.getConfig()
        .getValue(
            "quarkus.datasource." + pool + "jdbc.additional-jdbc-properties.socketTimeout",
            Integer.class);
  }

  /** A standby answers, and refuses every write. */
  @Test
  void connectsAllPoolsToPrimary() {
    for (AgroalDataSource pool : List.of(edits, hot, reads)) {
      assertThat(
              pool.getConfiguration()
                  .connectionPoolConfiguration()
                  .connectionFactoryConfiguration()
                  .jdbcProperties())
          .containsEntry("targetServerType", "primary")
          .containsEntry("connectTimeout", "2");
    }
  }

  @Test
  void providesEngineConnectionPerThread() {
    assertThat(hot.getConfiguration().connectionPoolConfiguration().maxSize())
        .isEqualTo(EngineExecutor.THREADS);
  }

  @Test
  void boundsLockTimeoutOfMigrations() throws SQLException {
    try (Connection connection = edits.getConnection()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            ConfigProvider.getConfig().getValue("quarkus.flyway.init-sql", String.class));
      }
      assertThat(setting(connection, "lock_timeout")).isEqualTo("2s");
      assertThat(setting(connection, "statement_timeout")).isEqualTo("0");
      assertThat(longestSilence(connection)).isEqualTo("0");
    } finally {
      edits.flush(AgroalDataSource.FlushMode.GRACEFUL);
    }
  }

  @Test
  void extendsNetworkTimeoutOfMigrations() throws SQLException {
    try (Connection edit = edits.getConnection()) {
      assertThat(edit.getNetworkTimeout()).isEqualTo(30_000);
    }
    try (Connection migration = flyway.getConfiguration().getDataSource().getConnection()) {
      assertThat(migration.getNetworkTimeout()).isEqualTo(3_600_000);
    } finally {
      edits.flush(AgroalDataSource.FlushMode.GRACEFUL);
    }
  }

  @Test
  void reportsExhaustedPoolInsteadOfOutage() throws SQLException {
    List<Connection> all = new ArrayList<>();
    try {
      assertThatThrownBy(
              () -> {
                while (all.size() <= ALL_OF_A_POOL) {
                  all.add(edits.getConnection());
                }
              })
          .isInstanceOfSatisfying(
              SQLException.class,
              refused -> assertThat(new DatabaseException(refused).isExhausted()).isTrue());
    } finally {
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  /** Looks at the settings of a connection. */
  @FunctionalInterface
  private interface Look {
    void at(Connection connection) throws SQLException;
  }

  private static void forAllOf(AgroalDataSource pool, Look look) throws SQLException {
    List<Connection> all = new ArrayList<>();
    try {
      for (int i = 0; i < ALL_OF_A_POOL; i++) {
        all.add(pool.getConnection());
        look.at(all.get(i));
      }
    } finally {
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  private static void assertBoundedWaits(Connection connection, String lock, String statement)
      throws SQLException {
    assertThat(setting(connection, "lock_timeout")).isEqualTo(lock);
    assertThat(setting(connection, "statement_timeout")).isEqualTo(statement);
    assertThat(setting(connection, "client_connection_check_interval")).isEqualTo("5s");
  }

  private static String longestSilence(Connection connection) throws SQLException {
    return setting(connection, "idle_in_transaction_session_timeout");
  }

  private static String setting(Connection connection, String name) throws SQLException {
    return value(connection, "show " + name);
  }

  private static String value(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
