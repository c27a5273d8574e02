package dev.orrery.trigger;

import static dev.orrery.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelayTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void firesOneDelayAfterEndOfLastRun() {
    assertThat(delay(FireWindow.OPEN).next(NOON.plusNanos(7), null))
        .contains(NOON.plusNanos(7).plus(MINUTE));
  }

  @Test
  void firesNoEarlierThanStartOfFireWindow() {
    assertThat(delay(new FireWindow(NOON, null)).next(NOON.minusSeconds(3600), null))
        .contains(NOON);
  }

  @Test
  void firesAtEndOfFireWindowButNotLater() {
    Trigger trigger = delay(new FireWindow(null, NOON));

    assertThat(trigger.next(NOON.minus(MINUTE), null)).contains(NOON);
    assertThat(trigger.next(NOON.minus(MINUTE).plusNanos(1), null)).isEmpty();
  }

  @Test
  void firesFirstAtCreationOrAtLaterStartOfFireWindow() {
    assertThat(delay(FireWindow.OPEN).first(NOON)).contains(NOON);
    assertThat(delay(new FireWindow(NOON, null)).first(NOON.minusSeconds(1))).contains(NOON);
    assertThat(delay(new FireWindow(NOON, null)).first(NOON.plusSeconds(1)))
        .contains(NOON.plusSeconds(1));
  }

  @Test
  void firesFirstAtEndOfFireWindowButNotLater() {
    assertThat(delay(new FireWindow(null, NOON)).first(NOON)).contains(NOON);
    assertThat(delay(new FireWindow(null, NOON)).first(NOON.plusNanos(1))).isEmpty();
  }

  @Test
  void findsNoFireTimeBeyondYear9999() {
    assertThat(delay(FireWindow.OPEN).next(Instant.parse("9999-12-31T23:59:30Z"), null)).isEmpty();
    assertThat(delay(FireWindow.OPEN).next(Instant.MAX, null)).isEmpty();
  }

  @Test
  void refusesFireWindowThatHasEnded() {
    assertRefused(
            "until", () -> delay(new FireWindow(null, NOON)).requireFiresAfter(NOON.plusNanos(1)))
        .hasMessageContaining("never fires");
    assertThatCode(() -> delay(new FireWindow(null, NOON)).requireFiresAfter(NOON))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.999S", "PT1.0005S", "P3650DT0.001S"})
  void refusesDelayOutOfRangeOrWithSubMillisecondPrecision(Duration delay) {
    assertRefused("delay", () -> new Trigger.Delay(delay, FireWindow.OPEN, Duration.ZERO))
        .hasMessageContaining("PT1S to P3650D, in whole milliseconds");
  }

  @Test
  void refusesJitterNotBelowDelay() {
    assertThatCode(() -> new Trigger.Delay(MINUTE, FireWindow.OPEN, MINUTE.minusMillis(1)))
        .doesNotThrowAnyException();
    assertRefused("jitter", () -> new Trigger.Delay(MINUTE, FireWindow.OPEN, MINUTE))
        .hasMessageContaining("less than 'delay'");
  }

  private static Trigger delay(FireWindow bounds) {
    return new Trigger.Delay(MINUTE, bounds, Duration.ZERO);
  }
}
