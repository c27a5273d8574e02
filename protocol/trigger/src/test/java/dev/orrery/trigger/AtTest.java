package dev.orrery.trigger;

import static dev.orrery.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AtTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Trigger AT_NOON = new Trigger.At(NOON, Duration.ZERO);

  @Test
  void firesOnceAtGivenInstant() {
    assertThat(AT_NOON.next(NOON.minusNanos(1), null)).contains(NOON);
    assertThat(AT_NOON.next(NOON, null)).isEmpty();
  }

  @Test
  void firesFirstStrictlyAfterCreation() {
    assertThat(AT_NOON.first(NOON.minusNanos(1))).contains(NOON);
    assertThat(AT_NOON.first(NOON)).isEmpty();
  }

  @Test
  void refusesInstantNotInFuture() {
    assertRefused("at", () -> AT_NOON.requireFiresAfter(NOON)).hasMessageContaining("never fires");
    assertThatCode(() -> AT_NOON.requireFiresAfter(NOON.minusNanos(1))).doesNotThrowAnyException();
  }

  @Test
  void refusesInstantBeyondYear9999() {
    assertRefused("at", () -> new Trigger.At(Instant.MAX, Duration.ZERO))
        .hasMessageContaining("years 0 to 9999");
  }

  @Test
  void acceptsInstantsAtBothEndsOfYearRange() {
    assertThatCode(() -> new Trigger.At(SupportedYears.FIRST, Duration.ZERO))
        .doesNotThrowAnyException();
    assertThatCode(() -> new Trigger.At(SupportedYears.LAST, Duration.ZERO))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesJitterOfOneDayOrMore() {
    assertThatCode(() -> new Trigger.At(NOON, Duration.ofDays(1).minusMillis(1)))
        .doesNotThrowAnyException();
    assertRefused("jitter", () -> new Trigger.At(NOON, Duration.ofDays(1)))
        .hasMessageContaining("less than a day");
  }
}
