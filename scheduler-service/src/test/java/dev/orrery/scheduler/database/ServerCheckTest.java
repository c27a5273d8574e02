package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.startup.StartupException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ServerCheckTest {
  @Test
  void standbyIsRefusedWithTheSetting() {
    assertThat(ServerCheck.refusal(DatabaseFailures.readOnly()))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("is a standby, or read-only")
        .hasMessageContaining("Set quarkus.datasource.jdbc.url to the primary");
  }

  @Test
  void databaseThatNeverAnswersIsRefusedWithTheSetting() {
    SQLException failure = new SQLException("The connection attempt failed.", "08001");
    failure.initCause(new SocketTimeoutException("Read timed out"));

    assertThat(ServerCheck.refusal(new DatabaseException(failure)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("does not answer")
        .hasMessageContaining("quarkus.datasource.jdbc.url");
  }

  /** The start explains these itself. */
  @Test
  void otherRefusalsStayAsTheyAre() {
    DatabaseException refused = new DatabaseException(new SQLException("no password", "28P01"));

    assertThat(ServerCheck.refusal(refused)).isSameAs(refused);
  }
}
