package dev.orrery.trigger;

import static dev.orrery.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EveryTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @ParameterizedTest
  @CsvSource({
    // Ten past, the creation, is no fire time itself.
    "2026-03-01T12:00:00Z,           2026-03-01T12:11:00Z",
    "2026-03-01T12:10:00Z,           2026-03-01T12:11:00Z",
    "2026-03-01T12:10:59.999Z,       2026-03-01T12:11:00Z",
    "2026-03-01T12:11:00Z,           2026-03-01T12:12:00Z",
    "2026-03-01T12:11:00.000000001Z, 2026-03-01T12:12:00Z",
    "2126-03-01T12:11:00Z,           2126-03-01T12:12:00Z",
  })
  void firesAtMultiplesOfPeriodAfterCreation(Instant after, Instant fireTime) {
    Trigger trigger = every(MINUTE, FireWindow.OPEN);
    Instant anchor = trigger.firstAnchor(Instant.parse("2026-03-01T12:10:00Z"));

    assertThat(trigger.next(after, anchor)).contains(fireTime);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T11:00:00Z, 2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00Z, 2026-03-01T12:01:00Z",
    "2026-03-01T12:00:30Z, 2026-03-01T12:01:00Z",
  })
  void firesAtStartOfFireWindowAndAtMultiplesOfPeriodAfterwards(Instant after, Instant fireTime) {
    Trigger trigger = every(MINUTE, new FireWindow(NOON, null));
    Instant anchor = trigger.firstAnchor(Instant.parse("2026-01-01T00:00:07Z"));

    assertThat(trigger.next(after, anchor)).contains(fireTime);
  }

  @Test
  void anchorsAtStartOfFireWindowOrElseAtCreation() {
    Instant created = NOON.plusSeconds(7);

    assertThat(every(MINUTE, FireWindow.OPEN).firstAnchor(created)).isEqualTo(created);
    assertThat(every(MINUTE, new FireWindow(NOON, null)).firstAnchor(created)).isEqualTo(NOON);
  }

  @Test
  void keepsEarlierAnchorAfterStartOfFireWindowIsSet() {
    Trigger trigger = every(MINUTE, new FireWindow(NOON, null));

    assertThat(trigger.next(Instant.EPOCH, NOON.minusSeconds(10))).contains(NOON.plusSeconds(50));
  }

  @Test
  void keepsFractionalSecondsOfAnchor() {
    Instant anchor = Instant.parse("2026-03-01T12:00:00.123456Z");

    assertThat(every(Duration.ofMillis(1_500), FireWindow.OPEN).next(anchor, anchor))
        .contains(Instant.parse("2026-03-01T12:00:01.623456Z"));
  }

  @Test
  void firesFirstOnePeriodAfterCreation() {
    assertThat(every(MINUTE, FireWindow.OPEN).first(NOON)).contains(NOON.plus(MINUTE));
  }

  @Test
  void firesFirstAtStartOfFireWindowUnlessPast() {
    Trigger trigger = every(MINUTE, new FireWindow(NOON, null));

    assertThat(trigger.first(NOON.minusSeconds(1))).contains(NOON);
    assertThat(trigger.first(NOON)).contains(NOON);
    assertThat(trigger.first(NOON.plusSeconds(90))).contains(NOON.plusSeconds(120));
  }

  @Test
  void firesLastAtEndOfFireWindow() {
    Trigger trigger = every(MINUTE, new FireWindow(NOON, NOON.plus(MINUTE)));

    assertThat(trigger.next(NOON, NOON)).contains(NOON.plus(MINUTE));
    assertThat(trigger.next(NOON.plus(MINUTE), NOON)).isEmpty();
  }

  @Test
  void findsNoFireTimeBeyondYear9999() {
    Trigger trigger = every(MINUTE, FireWindow.OPEN);

    assertThat(trigger.next(Instant.parse("9999-12-31T23:59:30Z"), NOON)).isEmpty();
    assertThat(trigger.next(Instant.MAX, NOON)).isEmpty();
  }

  @Test
  void refusesFireWindowEndingBeforeFirstFireTime() {
    Trigger trigger = every(MINUTE, new FireWindow(null, NOON.plusSeconds(59)));

    assertRefused("until", () -> trigger.requireFiresAfter(NOON))
        .hasMessageContaining("never fires");
    assertThatCode(() -> trigger.requireFiresAfter(NOON.minusSeconds(1)))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesFireWindowEndingBeforeStart() {
    Trigger trigger = every(MINUTE, new FireWindow(NOON, NOON.minusSeconds(1)));

    assertRefused("until", () -> trigger.requireFiresAfter(Instant.EPOCH))
        .hasMessageContaining("before 'from'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT1.001S", "P3650D"})
  void acceptsPeriodFromOneSecondToTenYears(Duration period) {
    assertThatCode(() -> every(period, FireWindow.OPEN)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.999S", "PT1.0005S", "P3650DT0.001S"})
  void refusesPeriodOutOfRangeOrWithSubMillisecondPrecision(Duration period) {
    assertRefused("every", () -> every(period, FireWindow.OPEN))
        .hasMessageContaining("PT1S to P3650D, in whole milliseconds")
        .hasMessageContaining(period.toString());
  }

  @Test
  void refusesJitterNotBelowPeriod() {
    assertThatCode(() -> new Trigger.Every(MINUTE, FireWindow.OPEN, MINUTE.minusMillis(1)))
        .doesNotThrowAnyException();
    assertRefused("jitter", () -> new Trigger.Every(MINUTE, FireWindow.OPEN, MINUTE))
        .hasMessage("'jitter' must be less than 'every', which is PT1M; got PT1M.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-1S", "PT0.0005S"})
  void refusesNegativeOrSubMillisecondJitter(Duration jitter) {
    assertRefused("jitter", () -> new Trigger.Every(MINUTE, FireWindow.OPEN, jitter))
        .hasMessageContaining(jitter.toString());
  }

  private static Trigger every(Duration period, FireWindow bounds) {
    return new Trigger.Every(period, bounds, Duration.ZERO);
  }
}
