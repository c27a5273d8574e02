package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartLimitTest {
  /** Monotonic time may be negative, and may pass zero within a window. */
  private static final long START = -Duration.ofSeconds(5).toNanos();

  private final RestartLimit limit = new RestartLimit(2, Duration.ofSeconds(10));

  @Test
  void grantsRestartsUpToWindowLimit() {
    assertThat(limit.tryAcquire(at(0))).isTrue();
    assertThat(limit.tryAcquire(at(9))).isTrue();
    assertThat(limit.tryAcquire(at(9.9))).isFalse();
  }

  @Test
  void grantsRestartOnceOldestLeavesWindow() {
    limit.tryAcquire(at(0));
    limit.tryAcquire(at(9));

    assertThat(limit.tryAcquire(at(10))).isTrue();
    assertThat(limit.tryAcquire(at(18.9))).isFalse();
    assertThat(limit.tryAcquire(at(19))).isTrue();
  }

  @Test
  void excludesRefusedRestartsFromLimit() {
    limit.tryAcquire(at(0));
    limit.tryAcquire(at(0));
    limit.tryAcquire(at(5));

    assertThat(limit.tryAcquire(at(10))).isTrue();
    assertThat(limit.tryAcquire(at(10))).isTrue();
  }

  private static long at(double seconds) {
    return START + (long) (seconds * 1e9);
  }
}
