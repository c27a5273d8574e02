package dev.orrery.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where no transition is near; {@link DaylightSavingTest} has the others. */
class CronNextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * * * *        | 2026-03-01T10:00:00Z | 2026-03-01T10:00:01Z 2026-03-01T10:00:02Z
          * * * * *          | 2026-03-01T10:00:00Z | 2026-03-01T10:01:00Z 2026-03-01T10:02:00Z
          */20 * * * * *     | 2026-03-01T10:00:35Z | 2026-03-01T10:00:40Z 2026-03-01T10:01:00Z
          0 0 9-10 * * *     | 2026-03-01T08:59:59Z | 2026-03-01T09:00:00Z 2026-03-01T10:00:00Z 2026-03-02T09:00:00Z
          5 4 3 * * *        | 2026-03-01T03:04:05Z | 2026-03-02T03:04:05Z
          0 0 0 31 * *       | 2026-01-31T00:00:00Z | 2026-03-31T00:00:00Z 2026-05-31T00:00:00Z
          0 0 0 29 2 *       | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z 2032-02-29T00:00:00Z
          0 0 0 29 2 *       | 2096-02-29T00:00:00Z | 2104-02-29T00:00:00Z
          0 0 0 29 2 MON     | 2026-01-01T00:00:00Z | 2044-02-29T00:00:00Z 2072-02-29T00:00:00Z
          0 0 0 29 2 MON     | 2072-02-29T00:00:00Z | 2112-02-29T00:00:00Z
          0 0 0 1 1 *        | 2026-01-01T00:00:00Z | 2027-01-01T00:00:00Z
          59 59 23 31 12 *   | 2026-12-31T23:59:58Z | 2026-12-31T23:59:59Z 2027-12-31T23:59:59Z
          0 0 12 * * MON-FRI | 2026-03-06T12:00:00Z | 2026-03-09T12:00:00Z
          0 0 12 * * 7       | 2026-03-06T12:00:00Z | 2026-03-08T12:00:00Z 2026-03-15T12:00:00Z
          """)
  void firesWhereEveryFieldMatches(String expression, Instant after, String fireTimes) {
    List<Instant> expected = instants(fireTimes);

    assertThat(FireTimes.inUtc(expression).after(after, expected.size())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 0 13 * FRI     | 2026-02-13T00:00:00Z 2026-03-13T00:00:00Z 2026-11-13T00:00:00Z
          0 0 0 1-7 * MON    | 2026-01-05T00:00:00Z 2026-02-02T00:00:00Z 2026-03-02T00:00:00Z
          0 0 0 */2 * SAT    | 2026-01-03T00:00:00Z 2026-01-17T00:00:00Z 2026-01-31T00:00:00Z
          """)
  void bothDayFieldsMustMatch(String expression, String fireTimes) {
    List<Instant> expected = instants(fireTimes);
    Instant newYear = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(FireTimes.inUtc(expression).after(newYear, expected.size())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T10:00:00.000000001Z, 2026-03-01T10:00:01Z",
    "2026-03-01T10:00:00.999999999Z, 2026-03-01T10:00:01Z",
    "1969-12-31T23:59:59.5Z,         1970-01-01T00:00:00Z",
    "1969-12-31T23:59:58.999Z,       1969-12-31T23:59:59Z",
  })
  void fireTimesAreWholeSeconds(Instant after, Instant fireTime) {
    assertThat(FireTimes.inUtc("* * * * * *").after(after, 1)).containsExactly(fireTime);
    assertThat(FireTimes.inUtc("* * 0-23 * * *").after(after, 1)).containsExactly(fireTime);
  }

  @Test
  void nothingFiresBeyondTheYear9999() {
    FireTimes daily = FireTimes.inUtc("0 0 0 * * *");

    assertThat(daily.after(Instant.parse("9999-12-30T12:00:00Z"), 2))
        .containsExactly(Instant.parse("9999-12-31T00:00:00Z"));
    assertThat(daily.after(Instant.MAX, 1)).isEmpty();
    assertThat(FireTimes.of("0 0 */2 * * *", "Pacific/Pago_Pago").after(Instant.MAX, 1)).isEmpty();
    assertThat(
            FireTimes.of("0 0 22 31 12 *", "-10:00")
                .after(Instant.parse("9999-06-01T00:00:00Z"), 1))
        .isEmpty();
  }

  @Test
  void nothingFiresBeforeTheYear0() {
    assertThat(FireTimes.inUtc("0 0 0 * * *").after(Instant.MIN, 1))
        .containsExactly(Instant.parse("0000-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 0 30 2 *
          0 0 0 31 4,6,9,11 *
          * * * 31 2 *
          0 0 */2 30 2 MON
          """)
  void datesThatNoYearHasNeverFire(String expression) {
    assertThat(FireTimes.of(expression, "Europe/Berlin").after(Instant.EPOCH, 1)).isEmpty();
  }

  @Test
  void hourStepThatOnlyEverMeetsAGapNeverFires() {
    FireTimes skipped = FireTimes.of("0 30 2/22 25-31 3 SUN", "Europe/Berlin");

    assertThat(skipped.after(Instant.parse("2026-01-01T00:00:00Z"), 1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * * * *        | PT1S",
        "*/7 * * * * *      | PT4S",
        "0 0 */7 * * *      | PT3H",
        "0 0 9 * * *        | PT24H",
        "0 0 9 * * MON-FRI  | PT24H",
        "0 0,1 0 1 1 *      | PT1M",
        "0 0 0 1 * *        | PT672H",
        "0 0 0 29 2 *       | PT35064H",
        "0 0 0 30 2 *       | PT876600H",
      })
  void shortestGapIsThatOfAHundredFireTimes(String expression, Duration gap) {
    assertThat(CronExpression.parse(expression).shortestGap()).isEqualTo(gap);
  }

  private static List<Instant> instants(String text) {
    return Stream.of(text.split(" ", -1)).map(Instant::parse).toList();
  }
}
