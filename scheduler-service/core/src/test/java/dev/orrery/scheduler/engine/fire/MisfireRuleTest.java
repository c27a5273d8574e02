package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.model.job.document.MisfirePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MisfireRuleTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** Missed once a second, the last one 11 s before now. */
  private static DueFireTimes missed(int count) {
    Instant last = NOW.minusSeconds(11);
    return DueFireTimes.upTo(
        NOW,
        MisfireRule.missedBefore(NOW),
        last.minusSeconds(count - 1L),
        at -> Optional.of(at.plusSeconds(1)).filter(next -> !next.isAfter(last)));
  }

  @ParameterizedTest
  @EnumSource
  void catchesUpNoFireWhenNoneWasMissed(MisfirePolicy policy) {
    DueFireTimes none =
        DueFireTimes.upTo(NOW, MisfireRule.missedBefore(NOW), NOW, at -> Optional.empty());

    assertThat(MisfireRule.of(none, policy, NOW.minus(Duration.ofHours(1))))
        .isEqualTo(new MisfireRule(List.of(), 0, null));
  }

  @ParameterizedTest
  @CsvSource({
    // policy, missed, window in seconds, made up for, the rest
    "SKIP,      1,   3600, 0,   1",
    "SKIP,      500, 3600, 0,   500",
    "FIRE_ONCE, 1,   3600, 1,   0",
    "FIRE_ONCE, 2,   3600, 1,   1",
    "FIRE_ONCE, 500, 3600, 1,   499",
    "FIRE_ONCE, 500, 10,   0,   500",
    "FIRE_ONCE, 500, 11,   1,   499",
    "FIRE_ALL,  1,   3600, 1,   0",
    "FIRE_ALL,  100, 3600, 100, 0",
    "FIRE_ALL,  101, 3600, 100, 1",
    "FIRE_ALL,  500, 3600, 100, 400",
    "FIRE_ALL,  500, 20,   10,  490",
    "FIRE_ALL,  500, 0,    0,   500"
  })
  void catchesUpLatestFiresInWindowAndCountsEarlierFires(
      MisfirePolicy policy, int missed, int window, int caughtUp, int rest) {
    MisfireRule misfire = MisfireRule.of(missed(missed), policy, NOW.minusSeconds(window));

    assertThat(misfire.caughtUp()).hasSize(caughtUp).isSorted();
    if (caughtUp > 0) {
      assertThat(misfire.caughtUp()).endsWith(NOW.minusSeconds(11));
    }
    assertThat(misfire.restCount()).isEqualTo(rest);
    assertThat(misfire.restLatest()).isEqualTo(rest == 0 ? null : NOW.minusSeconds(11L + caughtUp));
  }

  @Test
  void catchesUpLatestFiresBeyondCountLimit() {
    MisfireRule misfire =
        MisfireRule.of(missed(300_000), MisfirePolicy.FIRE_ALL, NOW.minus(Duration.ofHours(10)));

    assertThat(misfire.caughtUp()).hasSize(100).endsWith(NOW.minusSeconds(11));
    assertThat(misfire.restCount()).isEqualTo(DueFireTimes.MAX_COUNTED - 100);
  }
}
