package dev.orrery.transport.akka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {
  private static final Duration QUIET = Duration.ofMinutes(5);

  /** Monotonic nanoseconds may be negative. */
  private long now = -Duration.ofHours(1).toNanos();

  private final RestartBackoff backoff = new RestartBackoff();

  @Test
  void restartsImmediatelyAtFirstThenWaitsUpToOneMinute() {
    assertThat(IntStream.range(0, 9).mapToLong(i -> backoff.delay(now).toSeconds()))
        .containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
  }

  @Test
  void resetsBackoffAfterFiveQuietMinutes() {
    for (int i = 0; i < 3; i++) {
      assertThat(backoff.delay(now)).isLessThan(Duration.ofSeconds(3));
    }
    now += QUIET.toNanos();
    assertThat(backoff.delay(now)).isEqualTo(Duration.ofSeconds(4));

    now += QUIET.toNanos() + 1;

    assertThat(backoff.delay(now)).isZero();
    assertThat(backoff.delay(now)).isEqualTo(Duration.ofSeconds(1));
  }
}
