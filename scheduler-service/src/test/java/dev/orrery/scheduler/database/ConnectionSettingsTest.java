package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** The settings of both pools, and of their connections. */
@QuarkusTest
class ConnectionSettingsTest {
  private static final int ALL_OF_A_POOL = 8;

  @Inject AgroalDataSource edits;

  @Inject
  @DataSource("engine")
  AgroalDataSource hot;

  @Test
  void noConnectionOfEditsHoldsLocksInSilenceForLong() throws SQLException {
    List<Connection> all = new ArrayList<>();
    try {
      for (int i = 0; i < ALL_OF_A_POOL; i++) {
        all.add(edits.getConnection());
        assertThat(longestSilence(all.get(i))).as("connection " + i).isEqualTo("1min");
      }
    } finally {
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  @Test
  void hotConnectionHoldsThemForLessThanThat() throws SQLException {
    try (Connection connection = hot.getConnection()) {
      assertThat(longestSilence(connection)).isEqualTo("15s");
      assertThat(setting(connection, "statement_timeout")).isEqualTo("25s");
    }
  }

  @Test
  void engineHasAConnectionForEachOfItsThreads() {
    assertThat(hot.getConfiguration().connectionPoolConfiguration().maxSize())
        .isEqualTo(EngineExecutor.THREADS);
  }

  @Test
  void migrationWaitsForNoLockForLong() throws SQLException {
    try (Connection connection = edits.getConnection()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            ConfigProvider.getConfig().getValue("quarkus.flyway.init-sql", String.class));
      }
      assertThat(setting(connection, "lock_timeout")).isEqualTo("2s");
      assertThat(longestSilence(connection)).isEqualTo("0");
    } finally {
      edits.flush(AgroalDataSource.FlushMode.GRACEFUL);
    }
  }

  @Test
  void poolInUseIsNoOutageOfTheDatabase() throws SQLException {
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

  private static String longestSilence(Connection connection) throws SQLException {
    return setting(connection, "idle_in_transaction_session_timeout");
  }

  private static String setting(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show " + name)) {
      row.next();
      return row.getString(1);
    }
  }
}
