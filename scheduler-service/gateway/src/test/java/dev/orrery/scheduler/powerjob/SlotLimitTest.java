package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.time.SettableTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlotLimitTest {
  private static final int THREADS = 20;

  private final SettableTicker ticker = new SettableTicker();
  private final SlotLimit limit = new SlotLimit(THREADS, ticker.nanos());

  @Test
  void fallsToNumberOfKeptRuns() {
    long check = ticker.nanos();
    for (int place = 6; place <= THREADS; place++) {
      limit.dropped(place, check);
    }

    assertThat(limit.value()).isEqualTo(5);
  }

  @Test
  void ignoresOrderOfDrops() {
    long check = ticker.nanos();
    for (int place = THREADS; place >= 6; place--) {
      limit.dropped(place, check);
    }

    assertThat(limit.value()).isEqualTo(5);
  }

  @Test
  void fallsNoLowerThanOneSlotWhenWorkerDropsAllRuns() {
    limit.dropped(1, ticker.nanos());

    assertThat(limit.value()).isEqualTo(1);
  }

  @Test
  void fallsFurtherWhenLaterCheckFindsMoreDrops() {
    limit.dropped(10, ticker.nanos());
    ticker.advance(Duration.ofSeconds(2));
    limit.dropped(8, ticker.nanos());

    assertThat(limit.value()).isEqualTo(7);
  }

  @Test
  void neverRisesWhenRunIsDropped() {
    limit.dropped(4, ticker.nanos());
    ticker.advance(Duration.ofSeconds(2));
    limit.dropped(THREADS, ticker.nanos());

    assertThat(limit.value()).isEqualTo(3);
  }

  @Test
  void risesByOneSlotPerMinuteWithoutDropsUpToThreadCount() {
    limit.dropped(THREADS - 1, ticker.nanos());
    assertThat(limit.value()).isEqualTo(THREADS - 2);
    assertThat(limit.rise(ticker.nanos())).isFalse();

    for (int expected = THREADS - 1; expected <= THREADS; expected++) {
      ticker.advance(PowerJobLimits.SLOT_RISE_INTERVAL.minusNanos(1));
      assertThat(limit.rise(ticker.nanos())).isFalse();
      ticker.advance(Duration.ofNanos(1));
      assertThat(limit.rise(ticker.nanos())).isTrue();
      assertThat(limit.value()).isEqualTo(expected);
    }
    ticker.advance(PowerJobLimits.SLOT_RISE_INTERVAL);
    assertThat(limit.rise(ticker.nanos())).isFalse();
  }

  @Test
  void isOneSlotFromFailedCallUntilSuccessfulOne() {
    assertThat(limit.trust()).isFalse();
    limit.doubt();
    assertThat(limit.value()).isEqualTo(1);

    assertThat(limit.trust()).isTrue();
    assertThat(limit.value()).isEqualTo(THREADS);
    assertThat(limit.trust()).isFalse();
  }
}
