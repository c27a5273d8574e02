package dev.orrery.trigger;

import static dev.orrery.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.orrery.trigger.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTriggerTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NINE = Instant.parse("2026-01-05T08:00:00Z");
  private static final Instant NINE_NEXT_DAY = Instant.parse("2026-01-06T08:00:00Z");

  @Test
  void firesInConfiguredTimeZone() {
    assertThat(daily(FireWindow.OPEN).next(NINE.minusSeconds(1), null)).contains(NINE);
  }

  @Test
  void returnsNextFireStrictlyAfterGivenInstant() {
    assertThat(daily(FireWindow.OPEN).next(NINE, null)).contains(NINE_NEXT_DAY);
  }

  @Test
  void includesFireTimesAtBothEndsOfFireWindow() {
    Trigger trigger = daily(new FireWindow(NINE, NINE_NEXT_DAY));

    assertThat(trigger.next(NEW_YEAR, null)).contains(NINE);
    assertThat(trigger.next(NINE, null)).contains(NINE_NEXT_DAY);
    assertThat(trigger.next(NINE_NEXT_DAY, null)).isEmpty();
  }

  @Test
  void excludesFireTimesJustOutsideFireWindow() {
    Trigger trigger = daily(new FireWindow(NINE.plusNanos(1), NINE_NEXT_DAY.minusNanos(1)));

    assertThat(trigger.next(NEW_YEAR, null)).isEmpty();
  }

  @Test
  void returnsFirstFireAfterCreation() {
    assertThat(daily(FireWindow.OPEN).first(NINE)).contains(NINE_NEXT_DAY);
    assertThat(daily(new FireWindow(NEW_YEAR, null)).first(NINE)).contains(NINE_NEXT_DAY);
  }

  @Test
  void returnsStartOfFireWindowAsFirstFireWhenItMatches() {
    assertThat(daily(new FireWindow(NINE, null)).first(NINE)).contains(NINE);
    assertThat(daily(new FireWindow(NINE, null)).first(NEW_YEAR)).contains(NINE);
  }

  @Test
  void returnsNoFirstFireWhenFireWindowEndsTooEarly() {
    assertThat(daily(new FireWindow(null, NINE)).first(NINE)).isEmpty();
  }

  @Test
  void startsSearchAtBeginningOfDistantFireWindow() {
    Instant from = Instant.parse("2500-01-01T00:00:00Z");

    assertThat(daily(new FireWindow(from, null)).first(NEW_YEAR))
        .contains(Instant.parse("2500-01-01T08:00:00Z"));
  }

  @Test
  void acceptsTriggerThatFires() {
    assertThatCode(() -> daily(new FireWindow(NINE, NINE)).requireFiresAfter(NINE))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesExpressionThatNeverMatches() {
    assertRefused("cron", () -> cron("0 0 0 30 2 *", FireWindow.OPEN).requireFiresAfter(NEW_YEAR))
        .hasMessageContaining("'0 0 0 30 2 *' never fires");
  }

  @Test
  void refusesExpressionWithPastYears() {
    assertRefused(
            "cron", () -> cron("0 0 0 1 1 ? 2020-2025", FireWindow.OPEN).requireFiresAfter(NINE))
        .hasMessage(
            "The cron expression '0 0 0 1 1 ? 2020-2025' never fires again: its years are past.");
  }

  @Test
  void refusesExpressionWithoutRemainingFireTimeInLastYear() {
    assertRefused("cron", () -> cron("0 0 0 1 1 ? 2026", FireWindow.OPEN).requireFiresAfter(NINE))
        .hasMessageContaining(
            "never fires: nothing matches it in the rest of 2026, its last year.");
    assertRefused("cron", () -> cron("0 0 0 30 2 ? 2027", FireWindow.OPEN).requireFiresAfter(NINE))
        .hasMessageContaining("never fires: nothing matches it within 100 years");
  }

  @Test
  void appliesFireWindowToLastDaysAndYears() {
    Instant from = Instant.parse("2500-01-31T23:00:00Z");
    Trigger trigger = cron("0 0 9 L * ? 2499-2500", new FireWindow(from, null));

    assertThat(trigger.first(NEW_YEAR)).contains(Instant.parse("2500-02-28T08:00:00Z"));
    assertThat(trigger.next(Instant.parse("2500-12-31T08:00:00Z"), null)).isEmpty();
  }

  @Test
  void refusesFireWindowEndingBeforeStart() {
    assertRefused(
            "until", () -> daily(new FireWindow(NINE_NEXT_DAY, NINE)).requireFiresAfter(NEW_YEAR))
        .hasMessageContaining("never fires")
        .hasMessageContaining("before 'from'");
  }

  @Test
  void refusesFireWindowEndingBeforeFirstMatch() {
    FireWindow bounds = new FireWindow(NINE.plusSeconds(1), NINE_NEXT_DAY.minusSeconds(1));

    assertRefused("until", () -> daily(bounds).requireFiresAfter(NEW_YEAR))
        .hasMessageContaining("never fires")
        .hasMessageContaining(bounds.until().toString())
        .hasMessageContaining(NINE_NEXT_DAY.toString());
  }

  @Test
  void refusesFireWindowThatHasEnded() {
    assertRefused("until", () -> daily(new FireWindow(null, NINE)).requireFiresAfter(NINE))
        .hasMessageContaining("never fires");
  }

  @ParameterizedTest
  @CsvSource({"*/10 * * * * *, PT9.999S", "0 0 9 * * *, PT23H59M59.999S", "0 0 0 30 2 *, PT1H"})
  void acceptsJitterBelowShortestGap(String expression, Duration jitter) {
    assertThatCode(() -> cron(expression, jitter)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"*/10 * * * * *, PT10S", "0 0 9 * * *, PT24H", "* * * * * *, PT-1S"})
  void refusesNegativeJitterOrJitterNotBelowShortestGap(String expression, Duration jitter) {
    assertRefused("jitter", () -> cron(expression, jitter)).hasMessageContaining(jitter.toString());
  }

  private static Trigger daily(FireWindow bounds) {
    return cron("0 0 9 * * *", bounds);
  }

  private static Trigger cron(String expression, FireWindow bounds) {
    return new Trigger.Cron(CronExpression.parse(expression), BERLIN, bounds, Duration.ZERO);
  }

  private static Trigger cron(String expression, Duration jitter) {
    return new Trigger.Cron(CronExpression.parse(expression), BERLIN, FireWindow.OPEN, jitter);
  }
}
