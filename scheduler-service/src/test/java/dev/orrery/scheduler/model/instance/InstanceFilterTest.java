package dev.orrery.scheduler.model.instance;

import static dev.orrery.scheduler.http.problem.ProblemAssertions.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import java.time.Instant;
import org.junit.jupiter.api.Test;

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

  @Test
  void clampsIdOfOutOfRangeTime() {
    assertThat(InstanceId.at(Instant.parse("2025-01-01T00:00:00.001Z"))).isEqualTo(1L << 22);
    assertThat(InstanceId.at(Instant.parse("9999-12-31T23:59:59Z"))).isEqualTo(Long.MAX_VALUE);
    assertThat(InstanceId.at(Instant.EPOCH)).isNegative();
  }
}
