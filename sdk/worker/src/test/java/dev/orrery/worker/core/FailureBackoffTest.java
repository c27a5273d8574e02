package dev.orrery.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.retry.Backoff;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FailureBackoffTest {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration MAX_DELAY = Duration.ofSeconds(5);

  @Test
  void doublesDelayWithEachFailureUpToMaximum() {
    FailureBackoff backoff = backoff(lowest());

    assertThat(new long[] {100, 200, 400, 800, 1600, 2500, 2500})
        .containsExactly(
            backoff.next().toMillis(),
            backoff.next().toMillis(),
            backoff.next().toMillis(),
            backoff.next().toMillis(),
            backoff.next().toMillis(),
            backoff.next().toMillis(),
            backoff.next().toMillis());
  }

  @Test
  void jittersDelayBetweenHalfAndFullBound() {
    long seed = System.nanoTime();
    Random random = new Random(seed);

    for (int i = 0; i < 1000; i++) {
      assertThat(backoff(random).next()).as("seed %d", seed).isBetween(FIRST.dividedBy(2), FIRST);
    }
  }

  @Test
  void keepsDelayWithinMinimumAndMaximum() {
    FailureBackoff backoff = backoff(new Random(1));

    for (int i = 0; i < 5000; i++) {
      assertThat(backoff.next()).isBetween(Duration.ofMillis(100), MAX_DELAY);
    }
  }

  @Test
  void restartsWithFirstDelayAfterReset() {
    FailureBackoff backoff = backoff(lowest());
    backoff.next();
    backoff.next();
    backoff.next();

    backoff.reset();

    assertThat(backoff.next()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void spreadsRetriesOfDifferentWorkers() {
    assertThat(backoff(new Random(1)).next()).isNotEqualTo(backoff(new Random(2)).next());
  }

  private static FailureBackoff backoff(RandomGenerator random) {
    return new FailureBackoff(new Backoff(FIRST, MAX_DELAY), random);
  }

  private static RandomGenerator lowest() {
    return () -> 0;
  }
}
