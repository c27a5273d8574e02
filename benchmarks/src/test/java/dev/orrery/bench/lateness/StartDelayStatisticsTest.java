package dev.orrery.bench.lateness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartDelayStatisticsTest {
  private static final Instant TICK = Instant.parse("2027-01-01T00:00:00Z");

  private static StartDelay start(Instant tick, int priority, long lateMillis) {
    return new StartDelay(tick, priority, tick.plusMillis(lateMillis), lateMillis);
  }

  @Test
  void countsNoPriorityInversionWhenStartsFollowPriority() {
    StartDelayStatistics starts =
        new StartDelayStatistics(
            List.of(start(TICK, 9, 10), start(TICK, 9, 20), start(TICK, 0, 20)));

    assertThat(starts.percentBeforeHigherPriority()).isZero();
    assertThat(starts.lateMillis(9).max()).isEqualTo(20);
    assertThat(starts.lateMillis().count()).isEqualTo(3);
  }

  @Test
  void countsPriorityInversionsOnlyWithinTheSameTick() {
    Instant next = TICK.plusSeconds(20);
    StartDelayStatistics starts =
        new StartDelayStatistics(
            List.of(
                start(TICK, 5, 10), start(TICK, 9, 30), start(next, 5, 50), start(next, 9, 40)));

    assertThat(starts.percentBeforeHigherPriority()).isEqualTo(25);
  }
}
