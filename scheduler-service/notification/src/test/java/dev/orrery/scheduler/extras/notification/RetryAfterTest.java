package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.retry.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private static final Duration FIRST = Duration.ofSeconds(4);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static RetryAfter delay(RandomGenerator random) {
    return new RetryAfter(new Backoff(FIRST, LONGEST), random);
  }

  @Test
  void doublesDelayUpToMaximum() {
    RetryAfter latest = delay(new LatestJitter());

    assertThat(latest.after(1, Duration.ZERO)).isBetween(Duration.ofMillis(3999), FIRST);
    assertThat(latest.after(2, Duration.ZERO))
        .isBetween(Duration.ofMillis(7999), Duration.ofSeconds(8));
    assertThat(latest.after(5, Duration.ZERO)).isBetween(LONGEST.minusMillis(1), LONGEST);
    assertThat(latest.after(1_000_000, Duration.ZERO)).isBetween(LONGEST.minusMillis(1), LONGEST);
  }

  @Test
  void jittersDelayOverUpperHalf() {
    assertThat(delay(() -> 0L).after(1, Duration.ZERO)).isEqualTo(FIRST.dividedBy(2));
  }

  @Test
  void honorsRetryAfterOfReceiverUpToMaximumDelay() {
    RetryAfter soonest = delay(() -> 0L);

    assertThat(soonest.after(1, Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(30));
    assertThat(soonest.after(1, Duration.ofDays(9))).isEqualTo(LONGEST);
    assertThat(soonest.after(4, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(16));
  }

  /** Returns the largest value below each bound; a constant could be rejected for ever. */
  private static final class LatestJitter implements RandomGenerator {
    @Override
    public long nextLong() {
      return Long.MAX_VALUE;
    }

    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }
  }
}
