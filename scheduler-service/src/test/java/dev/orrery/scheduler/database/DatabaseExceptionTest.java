package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseExceptionTest {
  @ParameterizedTest
  @CsvSource({
    ", true, false, false",
    "08006, true, false, false",
    "53100, true, false, false",
    "57P01, true, false, false",
    "58030, true, false, false",
    "XX001, true, false, false",
    "40001, false, true, false",
    "40P01, false, true, false",
    "23505, false, false, true",
    "22021, false, false, false",
    "42601, false, false, false"
  })
  void stateTellsWhoseFaultItIs(String state, boolean outage, boolean conflict, boolean duplicate) {
    DatabaseException exception = new DatabaseException(new SQLException("on purpose", state));

    assertThat(exception.isOutage()).isEqualTo(outage);
    assertThat(exception.isConflict()).isEqualTo(conflict);
    assertThat(exception.isDuplicate()).isEqualTo(duplicate);
  }
}
