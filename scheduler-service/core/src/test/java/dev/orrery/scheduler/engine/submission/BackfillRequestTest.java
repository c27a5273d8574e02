package dev.orrery.scheduler.engine.submission;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BackfillRequestTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration HISTORY = Duration.ofDays(30);
  private static final Duration MILLI = Duration.ofMillis(1);

  private static BackfillRequest request(Instant from, Instant until) {
    return new BackfillRequest(from, until, BackfillOverlap.ALLOW);
  }

  private static Instant boundedUntil(Instant from, Instant until) {
    return request(from, until).boundedUntil(NOW, HISTORY);
  }

  @Test
  void limitsEndToNow() {
    Instant from = NOW.minusSeconds(60);

    assertThat(boundedUntil(from, null)).isEqualTo(NOW);
    assertThat(boundedUntil(from, NOW)).isEqualTo(NOW);
    assertInvalid("until", () -> boundedUntil(from, NOW.plus(MILLI)));
  }

  @Test
  void requiresStartBeforeEnd() {
    Instant end = NOW.minusSeconds(60);

    assertThat(boundedUntil(end.minus(MILLI), end)).isEqualTo(end);
    assertInvalid("from", () -> boundedUntil(end, end));
  }

  @Test
  void refusesStartBeforeHistory() {
    Instant oldest = NOW.minus(HISTORY);

    assertThatCode(() -> boundedUntil(oldest, null)).doesNotThrowAnyException();
    assertInvalid("from", () -> boundedUntil(oldest.minus(MILLI), null));
  }

  @Test
  void refusesStartBeforeLatestPrunedFireTime() {
    Instant pruned = NOW.minusSeconds(60);

    assertThatCode(() -> request(pruned.plus(MILLI), null).requireAfter(pruned))
        .doesNotThrowAnyException();
    assertInvalid("from", () -> request(pruned, null).requireAfter(pruned));
  }
}
