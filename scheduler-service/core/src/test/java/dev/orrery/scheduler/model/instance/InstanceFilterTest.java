package dev.orrery.scheduler.model.instance;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceFilterTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void refusesEmptyTimeRange() {
    assertProblem(ErrorCode.INVALID, "createdFrom", () -> InstanceFilter.created(null, NOON, NOON))
        .hasMessageContaining("'createdFrom' must be before 'createdUntil'.");
  }

  @Test
  void refusesUnknownOriginAndListsKnownOrigins() {
    assertProblem(ErrorCode.INVALID, "origin", () -> InstanceFilter.origins("manual"))
        .hasMessageContaining(
            "must be one of SCHEDULED, MANUAL, BACKFILL, RETRY, FLOW; got 'manual'.");
  }

  @ParameterizedTest
  @CsvSource({
    "orderId, such as orderId:4711",
    ":4711, such as orderId:4711",
    "order id:1, must be 1 to 100 characters",
  })
  void refusesImpossibleParameter(String written, String message) {
    assertProblem(ErrorCode.INVALID, "parameter", () -> InstanceFilter.parameters(List.of(written)))
        .hasMessageContaining(message);
  }

  @Test
  void readsParameterValuesWithColons() {
    assertThat(InstanceFilter.parameters(List.of("at:12:30", "empty:")))
        .isEqualTo(Map.of("at", "12:30", "empty", ""));
    assertProblem(
            ErrorCode.INVALID,
            "parameter",
            () -> InstanceFilter.parameters(List.of("region:eu", "region:us")))
        .hasMessageContaining("'region' twice");
  }
}
