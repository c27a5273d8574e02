package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The server terminates a connection of the engine pool while it is in use. */
@QuarkusTest
class LostConnectionTest {
  private static final String END_MYSELF = "select pg_terminate_backend(pg_backend_pid())";

  /** More than the pool has. */
  private static final int LOSSES = 10;

  @Inject EngineDatabase database;

  @Test
  void freesPoolSlotOfConnectionLostInTransaction() {
    for (int n = 0; n < LOSSES; n++) {
      assertThatThrownBy(() -> database.transaction(LostConnectionTest::endMyself))
          .isInstanceOf(DatabaseException.class);
    }

    assertThat(database.<Integer>autocommit(LostConnectionTest::one)).isOne();
  }

  private static Integer endMyself(Connection connection) throws SQLException {
    return SqlStatement.of(connection, END_MYSELF).first(row -> row.getInt(1)).orElseThrow();
  }

  private static Integer one(Connection connection) throws SQLException {
    return SqlStatement.of(connection, "select 1").first(row -> row.getInt(1)).orElseThrow();
  }
}
