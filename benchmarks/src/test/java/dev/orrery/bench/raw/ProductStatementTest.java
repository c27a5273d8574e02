package dev.orrery.bench.raw;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProductStatementTest {
  @ParameterizedTest
  @EnumSource(ProductStatement.class)
  void findsEveryStatementInTheScheduler(ProductStatement statement) {
    assertThat(statement.text()).isNotBlank();
  }

  /** {@link OwnClient} passes this many; a new parameter must be passed as the scheduler does. */
  @ParameterizedTest
  @CsvSource({"SUBMIT, 11", "CLAIM, 13", "COMPLETE, 6", "OPEN_SESSION, 11"})
  void containsExpectedNumberOfParameters(ProductStatement statement, int parameters) {
    assertThat(statement.text().chars().filter(c -> c == '?')).hasSize(parameters);
  }
}
