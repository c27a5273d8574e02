package dev.orrery.scheduler.extras.statistics.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndStatisticsTest {
  private static final Instant NOON = Instant.parse("2027-01-01T12:00:00Z");

  /** Ends in their order, the oldest first, one a minute from noon on: S, F, T, C (canceled), K. */
  private static EndStatistics ends(String states) {
    List<JobEnd> ends = new ArrayList<>();
    for (int i = 0; i < states.length(); i++) {
      ends.add(end(i, state(states.charAt(i)), null));
    }
    Collections.shuffle(ends);
    return EndStatistics.of(ends, Optional.empty());
  }

  private static JobEnd end(int minute, InstanceState state, Long runMillis) {
    return new JobEnd(minute, state, NOON.plusSeconds(60L * minute), runMillis);
  }

  private static InstanceState state(char letter) {
    return switch (letter) {
      case 'S' -> InstanceState.SUCCEEDED;
      case 'F' -> InstanceState.FAILED;
      case 'T' -> InstanceState.TIMED_OUT;
      case 'C' -> InstanceState.CANCELED;
      default -> InstanceState.SKIPPED;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "S, 1.0",
    "F, 0.0",
    "T, 0.0",
    "SSSF, 0.75",
    "SFTS, 0.5",
    "SCKF, 0.5",
    "C, ",
    "KC, ",
    "'', ",
  })
  void excludesCanceledAndSkippedInstancesFromSuccessRate(String states, Double rate) {
    assertThat(ends(states).successRate().orElse(null)).isEqualTo(rate);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 1, 2", "3, 2, 3", "20, 10, 19", "21, 11, 20", "100, 50, 95"})
  void returnsMeasuredRunTimeAsPercentile(int ends, long median, long p95) {
    EndStatistics statistics =
        EndStatistics.of(
            LongStream.rangeClosed(1, ends)
                .mapToObj(millis -> end((int) (millis * 37 % 101), InstanceState.SUCCEEDED, millis))
                .toList(),
            Optional.empty());

    assertThat(statistics.runMillis(50)).hasValue(median);
    assertThat(statistics.runMillis(95)).hasValue(p95);
  }

  @Test
  void excludesCanceledAndUnmeasuredRunTimes() {
    EndStatistics statistics =
        EndStatistics.of(
            List.of(
                end(1, InstanceState.CANCELED, 1L),
                end(2, InstanceState.SUCCEEDED, null),
                end(3, InstanceState.TIMED_OUT, 30L),
                end(4, InstanceState.FAILED, 20L)),
            Optional.empty());

    assertThat(statistics.runMillis(50)).hasValue(20L);
    assertThat(statistics.runMillis(95)).hasValue(30L);
    assertThat(ends("SF").runMillis(50)).isEmpty();
  }

  @Test
  void ordersEndsNewestFirst() {
    JobEnd created = new JobEnd(7, InstanceState.SUCCEEDED, NOON, null);
    JobEnd later = new JobEnd(8, InstanceState.SUCCEEDED, NOON, null);
    JobEnd slow = new JobEnd(2, InstanceState.FAILED, NOON.plusSeconds(1), null);

    assertThat(EndStatistics.of(List.of(created, slow, later), Optional.empty()).ends())
        .containsExactly(slow, later, created);
  }
}
