package dev.orrery.protocol.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration MAX = Duration.ofSeconds(5);

  private final Backoff backoff = new Backoff(FIRST, MAX);

  @ParameterizedTest
  @CsvSource({"1, 200", "2, 400", "3, 800", "4, 1600", "5, 3200", "6, 5000", "7, 5000"})
  void doublesDelayUpToMaximum(int failures, long millis) {
    assertThat(backoff.after(failures)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 41, 42, 64, 65, 1_000_000, Integer.MAX_VALUE})
  void limitsDelayForAnyNumberOfFailures(int failures) {
    assertThat(backoff.after(failures)).isEqualTo(MAX);
    assertThat(new Backoff(Duration.ofMillis(1), Duration.ofDays(7)).after(failures))
        .isEqualTo(Duration.ofDays(7));
  }

  @Test
  void reachesMaximumExactlyByDoubling() {
    Backoff exact = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4));

    assertThat(exact.after(3)).isEqualTo(Duration.ofSeconds(4));
    assertThat(exact.after(4)).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void limitsFirstDelayToMaximum() {
    assertThat(new Backoff(/* first= */ MAX, /* max= */ FIRST).after(1)).isEqualTo(FIRST);
  }

  @Test
  void drawsJitterBetweenHalfAndFullDelay() {
    Random random = new Random(1);

    for (int failures = 1; failures <= 1000; failures++) {
      Duration full = backoff.after(failures);
      assertThat(backoff.after(failures, random)).isBetween(full.dividedBy(2), full);
    }
  }

  @Test
  void reachesBothEndsOfTheJitterRange() {
    Backoff oddMillis = new Backoff(Duration.ofMillis(3), MAX);
    Random random = new Random(1);

    assertThat(IntStream.range(0, 100).mapToLong(i -> oddMillis.after(1, random).toMillis()))
        .contains(1L, 2L, 3L)
        .allMatch(millis -> millis >= 1 && millis <= 3);
  }

  @Test
  void drawsDifferentJitterForDifferentSeeds() {
    assertThat(backoff.after(1, new Random(1))).isNotEqualTo(backoff.after(1, new Random(2)));
  }
}
