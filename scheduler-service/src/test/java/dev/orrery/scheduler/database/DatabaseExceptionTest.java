package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseExceptionTest {
  @ParameterizedTest
  @CsvSource({
    ", OUTAGE",
    "08006, OUTAGE",
    "53100, OUTAGE",
    "57P01, OUTAGE",
    "58030, OUTAGE",
    "XX001, OUTAGE",
    "55P03, BUSY",
    "57014, BUSY",
    "40001, CONFLICT",
    "40P01, CONFLICT",
    "23505, FAULT",
    "22021, FAULT",
    "42601, FAULT"
  })
  void stateTellsWhoseFaultItIs(String state, Kind kind) {
    assertKind(new DatabaseException(new SQLException("on purpose", state)), kind);
  }

  @Test
  void poolWithoutAFreeConnectionIsNoOutage() {
    assertKind(
        new DatabaseException(new SQLException("Sorry, acquisition timeout!")), Kind.EXHAUSTED);
  }

  private static void assertKind(DatabaseException exception, Kind kind) {
    assertThat(exception.isOutage()).as("outage").isEqualTo(kind == Kind.OUTAGE);
    assertThat(exception.isExhausted()).as("exhausted").isEqualTo(kind == Kind.EXHAUSTED);
    assertThat(exception.isBusy()).as("busy").isEqualTo(kind == Kind.BUSY);
    assertThat(exception.isConflict()).as("conflict").isEqualTo(kind == Kind.CONFLICT);
    assertThat(exception.isTemporary()).as("temporary").isEqualTo(kind != Kind.FAULT);
  }

  private enum Kind {
    OUTAGE,
    EXHAUSTED,
    BUSY,
    CONFLICT,
    FAULT
  }
}
