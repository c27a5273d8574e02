package dev.orrery.scheduler.base.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCheckTest {
  @Test
  void refusesStandbyAndNamesSetting() {
    assertThat(ServerCheck.refusal(DatabaseFailures.readOnly()))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("is a standby, or read-only")
        .hasMessageContaining("Set quarkus.datasource.jdbc.url to the primary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LATIN1", "WIN1252", "EUC_JP", "SQL_ASCII"})
  void refusesDatabaseWithoutUtf8Encoding(String encoding) throws SQLException {
    try (Connection connection = created(encoding)) {
      assertThatThrownBy(() -> ServerCheck.requireUtf8(connection))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("the encoding " + encoding)
          .hasMessageContaining("encoding 'UTF8' locale 'C' template template0");
    } finally {
      execute("drop database server_check");
    }
  }

  @Test
  void acceptsUtf8Database() throws SQLException {
    try (Connection connection = created("UTF8")) {
      assertThatCode(() -> ServerCheck.requireUtf8(connection)).doesNotThrowAnyException();
    } finally {
      execute("drop database server_check");
    }
  }

  private static Connection created(String encoding) throws SQLException {
    execute("drop database if exists server_check");
    execute(
        "create database server_check encoding '%s' locale 'C' template template0"
            .formatted(encoding));
    return TestServer.connect(TestServer.url().replaceFirst("/[^/?]*($|\\?)", "/server_check$1"));
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = TestServer.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The start explains these itself. */
  @Test
  void propagatesUnrelatedLoginFailureUnchanged() {
    DatabaseException refused = new DatabaseException(new SQLException("no password", "28P01"));

    assertThat(ServerCheck.refusal(refused)).isSameAs(refused);
  }
}
