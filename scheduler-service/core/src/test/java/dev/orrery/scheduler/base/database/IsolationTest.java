package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transaction isolation in a database with another default isolation level. */
@Tag("slow")
class IsolationTest extends StoreTest {
  @ParameterizedTest
  @CsvSource({
    "jdbc.new-connection-sql, serializable",
    "engine.jdbc.new-connection-sql, serializable",
    "engine.jdbc.new-connection-sql, repeatable read",
  })
  void usesReadCommittedDespiteDifferentServerDefault(String setting, String given)
      throws SQLException {
    String option = "options=-c%20default_transaction_isolation=" + given.replace(" ", "%5C%20");
    try (Connection connection = database.login(option);
        Statement statement = connection.createStatement()) {
      assertThat(isolation(statement)).isEqualTo(given);

      statement.execute(TestServer.setting(setting));

      assertThat(isolation(statement)).isEqualTo("read committed");
    }
  }

  private static String isolation(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("show transaction_isolation")) {
      row.next();
      return row.getString(1);
    }
  }
}
