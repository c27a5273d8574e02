package dev.orrery.scheduler.base.failover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimelineRuleTest {
  private static final DatabasePosition BEFORE = position(3L, 1000L, null, 50);
  private static final long STARTED = 5;

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // timeline, flushed, replayed, newest version
        "3, 1000, -,    50, None",
        "3, 1001, -,    51, None",
        "3, 1001, 10,   51, None",
        "3, 999,  -,    50, Loss",
        "3, 1001, -,    49, Loss",
        "2, 2000, -,    50, Loss",
        "4, 1000, 1000, 50, Promotion",
        "4, 5000, 1001, 51, Promotion",
        "4, 5000, 999,  51, Loss",
        "4, 5000, 1001, 49, Loss",
        "4, 900,  -,    50, Promotion",
        "9, 5000, 999,  50, Loss",
      })
  void detectsLossOrPromotionByLogPosition(
      long timeline, long flushed, Long replayed, long newestVersion, String expected) {
    assertThat(
            TimelineRule.between(BEFORE, position(timeline, flushed, replayed, newestVersion))
                .getClass()
                .getSimpleName())
        .isEqualTo(expected);
  }

  @Test
  void treatsChangedServerOrDatabaseAsLoss() {
    assertThat(
            TimelineRule.between(
                BEFORE, new DatabasePosition(8L, 1, 4L, 5000L, 1000L, STARTED, 5000L, 60)))
        .isInstanceOf(TimelineChange.Loss.class);
    assertThat(
            TimelineRule.between(
                BEFORE, new DatabasePosition(7L, 2, 3L, 5000L, null, STARTED, 5000L, 60)))
        .isInstanceOf(TimelineChange.Loss.class);
  }

  @Test
  void treatsHiddenServerIdentityAsUnchanged() {
    assertThat(
            TimelineRule.between(
                BEFORE, new DatabasePosition(null, 1, null, null, null, STARTED, null, 60)))
        .isInstanceOf(TimelineChange.None.class);
  }

  /** New commits may have moved the end of the log beyond what was seen before. */
  @ParameterizedTest
  @CsvSource({
    "1000, 1000, Restart",
    "9000, 1000, Restart",
    "9000, 999,  Loss",
    "999,  999,  Loss",
  })
  void detectsLossAfterRestartByCheckpoint(long flushed, long checkpoint, String expected) {
    DatabasePosition now =
        new DatabasePosition(7L, 1, 3L, flushed, null, STARTED + 1, checkpoint, 50);

    assertThat(TimelineRule.between(BEFORE, now).getClass().getSimpleName()).isEqualTo(expected);
  }

  @Test
  void ignoresCheckpointOfServerWithoutRestart() {
    assertThat(
            TimelineRule.between(
                BEFORE, new DatabasePosition(7L, 1, 3L, 1000L, null, STARTED, 10L, 50)))
        .isInstanceOf(TimelineChange.None.class);
  }

  @Test
  void detectsLossByNewestJobVersionWhenLogPositionIsHidden() {
    DatabasePosition before = new DatabasePosition(null, 1, null, null, null, STARTED, null, 50);

    assertThat(TimelineRule.between(before, before)).isInstanceOf(TimelineChange.None.class);
    assertThat(
            TimelineRule.between(
                before, new DatabasePosition(null, 1, null, null, null, STARTED, null, 49)))
        .isInstanceOf(TimelineChange.Loss.class);
  }

  private static DatabasePosition position(
      long timeline, long flushed, Long replayed, long newestVersion) {
    return new DatabasePosition(7L, 1, timeline, flushed, replayed, STARTED, 10L, newestVersion);
  }
}
