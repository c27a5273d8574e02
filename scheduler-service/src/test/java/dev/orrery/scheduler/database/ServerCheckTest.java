package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.database.ServerCheck.Mark;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ServerCheckTest {
  private static final Mark OWN = new Mark(1, "own");

  @Test
  void sessionIsKeptIfTheClientKeepsItsConnection() {
    assertThat(ServerCheck.isKept(OWN, new Mark(2, null), OWN)).isTrue();
  }

  @Test
  void sessionIsNotKeptIfAnotherClientGetsTheConnectionOrItsSettings() {
    assertThat(ServerCheck.isKept(OWN, new Mark(1, "own"), OWN)).isFalse();
    assertThat(ServerCheck.isKept(OWN, new Mark(2, null), new Mark(3, null))).isFalse();
    assertThat(ServerCheck.isKept(OWN, new Mark(2, null), new Mark(1, ""))).isFalse();
    assertThat(ServerCheck.isKept(OWN, new Mark(2, null), new Mark(3, "own"))).isFalse();
  }

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
