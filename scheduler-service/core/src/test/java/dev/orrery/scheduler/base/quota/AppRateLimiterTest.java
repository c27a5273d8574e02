package dev.orrery.scheduler.base.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppRateLimiterTest {
  private static final int BILLING = 1;
  private static final int REPORTS = 2;
  private static final int BURST = 3;
  private static final long INTERVAL = 100;

  /** Near the end of the range, as {@link System#nanoTime()} may be. */
  private long now = Long.MAX_VALUE - 250;

  private final AppRateLimiter rate =
      new AppRateLimiter(BURST, Duration.ofNanos(INTERVAL), () -> now);

  @Test
  void allowsBurstAndThenOneCallPerInterval() {
    assertThat(taken(BILLING, 5)).isEqualTo(BURST);
    assertThat(rate.take(REPORTS)).isTrue();

    now += INTERVAL - 1;
    assertThat(rate.take(BILLING)).isFalse();
    now += 1;
    assertThat(taken(BILLING, 2)).isEqualTo(1);
    now += 2 * INTERVAL;
    assertThat(taken(BILLING, 3)).isEqualTo(2);
  }

  @Test
  void accumulatesAtMostOneBurst() {
    rate.take(BILLING);
    now += 1_000 * INTERVAL;

    assertThat(taken(BILLING, 10)).isEqualTo(BURST);
  }

  @Test
  void returnsReleasedCallToItsAppOnly() {
    taken(BILLING, BURST);
    rate.release(BILLING);
    rate.release(REPORTS);

    assertThat(taken(BILLING, 2)).isEqualTo(1);
    assertThat(taken(REPORTS, 5)).isEqualTo(BURST);
  }

  /** The model counts the free ones in nanoseconds of an interval. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void matchesModelOverRandomSteps(long seed) {
    Random random = new Random(seed);
    Map<Integer, Long> free = new HashMap<>();
    for (int step = 0; step < 5_000; step++) {
      long passed = random.nextInt(80);
      now += passed;
      free.replaceAll((app, nanos) -> Math.min(BURST * INTERVAL, nanos + passed));
      int app = random.nextInt(4);
      long before = free.getOrDefault(app, BURST * INTERVAL);
      assertThat(rate.take(app)).isEqualTo(before >= INTERVAL);
      if (before >= INTERVAL) {
        boolean used = random.nextInt(4) > 0;
        free.put(app, before - (used ? INTERVAL : 0));
        if (!used) {
          rate.release(app);
        }
      }
    }
  }

  private int taken(int app, int calls) {
    int taken = 0;
    for (int i = 0; i < calls; i++) {
      taken += rate.take(app) ? 1 : 0;
    }
    return taken;
  }
}
