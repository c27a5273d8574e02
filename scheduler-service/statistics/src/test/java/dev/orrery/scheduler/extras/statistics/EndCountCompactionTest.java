package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.time.SettableTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps of a compaction, depending on the rows that it finds. */
class EndCountCompactionTest {
  private static final int ROWS = 7;
  private static final Duration RUN = Duration.ofSeconds(5);

  private final SettableTicker ticker = new SettableTicker();
  private final List<String> steps = new ArrayList<>();
  private Duration stepTime = Duration.ZERO;
  private int stepsOfARun;

  private final EndCountCompaction compaction =
      new EndCountCompaction(
          new EndCountStore(null) {
            @Override
            boolean compact(int step) {
              return does("compact " + step);
            }

            @Override
            boolean lengthen(EndCountSpan from, EndCountSpan to, int step) {
              return does(from + " to " + to + " " + step);
            }

            @Override
            void expire(EndCountSpan longest) {
              steps.add("expire " + longest);
            }
          },
          ticker,
          new EndCountCompaction.Limits(ROWS, RUN));

  /** Returns true until this was done {@link #stepsOfARun} times. */
  private boolean does(String step) {
    steps.add(step);
    ticker.advance(stepTime);
    return Collections.frequency(steps, step) < stepsOfARun;
  }

  @Test
  void compactsEndCountsUntilNoRowsRemain() {
    stepsOfARun = 3;

    compaction.compact();

    assertThat(steps).containsExactly("compact 7", "compact 7", "compact 7");
  }

  @Test
  void startsNoCompactionStepAfterMaximumRunTime() {
    stepsOfARun = Integer.MAX_VALUE;
    stepTime = Duration.ofSeconds(2);

    compaction.compact();
    assertThat(steps).hasSize(3);
    compaction.compact();

    assertThat(steps).hasSize(6);
  }

  @Test
  void aggregatesEndCountsIntoLongerSpansAndExpiresLongest() {
    stepsOfARun = 2;

    compaction.age();

    assertThat(steps)
        .containsExactly(
            "MINUTE to TEN_MINUTES 7",
            "MINUTE to TEN_MINUTES 7",
            "TEN_MINUTES to HOUR 7",
            "TEN_MINUTES to HOUR 7",
            "expire HOUR");
  }

  @Test
  void limitsAggregationTimePerSpan() {
    stepsOfARun = Integer.MAX_VALUE;
    stepTime = RUN;

    compaction.age();

    assertThat(steps)
        .containsExactly("MINUTE to TEN_MINUTES 7", "TEN_MINUTES to HOUR 7", "expire HOUR");
  }
}
