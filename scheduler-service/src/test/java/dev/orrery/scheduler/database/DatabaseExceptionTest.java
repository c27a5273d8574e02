package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseExceptionTest {
  @ParameterizedTest
  @CsvSource({
    ", true, false",
    "08006, true, false",
    "53100, true, false",
    "57P01, true, false",
    "58030, true, false",
    "XX001, true, false",
    "40001, false, true",
    "40P01, false, true",
    "23505, false, false",
    "22021, false, false",
    "42601, false, false"
  })
  void stateTellsWhoseFaultItIs(String state, boolean outage, boolean conflict) {
    DatabaseException exception = new DatabaseException(new SQLException("on purpose", state));

    assertThat(exception.isOutage()).isEqualTo(outage);
    assertThat(exception.isConflict()).isEqualTo(conflict);
  }

  @ParameterizedTest
  @CsvSource({", false", "55P03, true", "57014, true", "57P01, false", "40P01, false"})
  void timeoutIsABoundOfTheTransaction(String state, boolean timeout) {
    DatabaseException exception = new DatabaseException(new SQLException("on purpose", state));

    assertThat(exception.isTimeout()).isEqualTo(timeout);
  }
}
