package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JitterTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @ParameterizedTest
  @CsvSource({
    "0,                   2026-03-01T12:00:00Z,     PT1M,     27664",
    "1,                   2026-03-01T12:00:00Z,     PT1M,     8858",
    "2,                   2026-03-01T12:00:00Z,     PT1M,     47584",
    "1,                   2026-03-01T12:00:01Z,     PT1M,     33118",
    "1,                   2026-03-01T12:00:00.001Z, PT1M,     29146",
    "9223372036854775807, 2026-03-01T12:00:00Z,     PT1H,     1039586",
    "-1,                  1969-12-31T23:59:59Z,     PT87600H, 156925166963",
    "42,                  9999-12-31T23:59:59Z,     PT0.002S, 0",
  })
  void computesStableJitterPerJobAndFireTime(long job, Instant fireTime, Duration bound, long ms) {
    assertThat(Jitter.of(job, fireTime, bound)).isEqualTo(Duration.ofMillis(ms));
  }

  @Test
  void returnsZeroJitterWithoutBound() {
    assertThat(Jitter.of(7, NOON, Duration.ZERO)).isZero();
  }

  @Test
  void returnsZeroJitterForBoundOfOneMillisecond() {
    assertThat(Jitter.of(7, NOON, Duration.ofMillis(1))).isZero();
  }

  @Test
  void returnsWholeMillisecondsBelowBound() {
    for (long bound = 1; bound < 2_000; bound++) {
      assertThat(Jitter.of(bound, NOON, Duration.ofMillis(bound)).toNanos())
          .isBetween(0L, bound * 1_000_000 - 1)
          .matches(nanos -> nanos % 1_000_000 == 0);
    }
  }

  @Test
  void spreadsConsecutiveJobsEvenly() {
    assertEven(job -> Jitter.of(job, NOON, MINUTE));
  }

  @Test
  void spreadsConsecutiveSecondsEvenly() {
    assertEven(second -> Jitter.of(1, NOON.plusSeconds(second), MINUTE));
  }

  @Test
  void spreadsConsecutiveDaysEvenly() {
    assertEven(day -> Jitter.of(1, NOON.plus(Duration.ofDays(day)), MINUTE));
  }

  @Test
  void spreadsJobsWithConsecutiveFireTimesEvenly() {
    assertEven(i -> Jitter.of(i, NOON.plusSeconds(i), MINUTE));
    assertEven(i -> Jitter.of(i, NOON.plusMillis(-i), MINUTE));
  }

  @Test
  void defaultsJitterBoundToZero() {
    assertThat(Jitter.bound(null)).isZero();
  }

  @Test
  void acceptsPositiveJitterBound() {
    assertThat(Jitter.bound(MINUTE)).isEqualTo(MINUTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S"})
  void refusesJitterBoundOfZeroOrLess(Duration given) {
    assertThatThrownBy(() -> Jitter.bound(given))
        .isInstanceOfSatisfying(
            InvalidTriggerException.class, e -> assertThat(e.field()).isEqualTo("jitter"))
        .hasMessageContaining("more than zero")
        .hasMessageContaining(given.toString());
  }

  /**
   * A chi-square test over 60 buckets. 98 is exceeded once in a thousand random functions; this one
   * does not change, so neither does the outcome.
   */
  private static void assertEven(LongFunction<Duration> jitter) {
    int[] buckets = new int[60];
    int draws = 60_000;
    for (long i = 0; i < draws; i++) {
      buckets[jitter.apply(i).toSecondsPart()]++;
    }
    double expected = (double) draws / buckets.length;
    double chiSquare = 0;
    for (int count : buckets) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    assertThat(chiSquare).isLessThan(98);
  }
}
