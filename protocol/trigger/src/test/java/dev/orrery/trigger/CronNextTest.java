package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests fire times far from clock changes; {@link DaylightSavingTest} tests those near them. */
class CronNextTest {
  private static final Instant NEW_YEARS_EVE = Instant.parse("2025-12-31T23:59:59Z");

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
  void firesWhenEveryCronFieldMatches(String expression, Instant after, String fireTimes) {
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
  void requiresBothDayFieldsToMatch(String expression, String fireTimes) {
    List<Instant> expected = instants(fireTimes);
    Instant newYear = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(FireTimes.inUtc(expression).after(newYear, expected.size())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # 2026: the 31st of January is a Saturday, of May a Sunday; the 1st of August is a Saturday
          0 0 0 L * ?       | 2026-01-31 2026-02-28 2026-03-31
          0 0 0 l-3 * ?     | 2026-01-28 2026-02-25 2026-03-28
          0 0 0 L-30 * ?    | 2026-01-01 2026-03-01 2026-05-01
          0 0 0 L-29 2 ?    | none
          0 0 0 L-28 2 ?    | 2028-02-01 2032-02-01
          0 0 0 LW * ?      | 2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-05-29
          0 0 0 L-1W * ?    | 2026-01-30 2026-02-27 2026-03-30
          0 0 0 15W * ?     | 2026-01-15 2026-02-16 2026-03-16 2026-04-15 2026-05-15 2026-06-15
          0 0 0 1W 8 ?      | 2026-08-03 2027-08-02
          0 0 0 31W 1-5 ?   | 2026-01-30 2026-03-31 2026-05-29
          0 0 0 29W 2 ?     | 2028-02-29 2032-02-27
          0 0 0 1,15,L * ?  | 2026-01-01 2026-01-15 2026-01-31 2026-02-01 2026-02-15 2026-02-28
          0 0 0 L-2,LW 2 ?  | 2026-02-26 2026-02-27 2027-02-26 2028-02-27 2028-02-29
          0 0 0 ? * FRIL    | 2026-01-30 2026-02-27 2026-03-27
          0 0 0 ? * friL    | 2026-01-30 2026-02-27 2026-03-27
          0 0 0 ? * FRI#2   | 2026-01-09 2026-02-13 2026-03-13
          0 0 0 ? * FRI#5   | 2026-01-30 2026-05-29 2026-07-31
          0 0 0 ? 2 MON#5   | 2044-02-29 2072-02-29
          0 0 0 ? * MON#1,FRIL | 2026-01-05 2026-01-30 2026-02-02
          0 0 0 ? 1 SAT,SUN#1 | 2026-01-03 2026-01-04 2026-01-10
          0 0 0 1 1 ? 2030  | 2030-01-01
          0 0 0 1 1 ? 2027-2030/2,2040 | 2027-01-01 2029-01-01 2040-01-01
          0 0 0 1 7 ? */10  | 2030-07-01 2040-07-01
          0 0 0 29 2 ? 2027-2030 | 2028-02-29
          0 0 0 1 1 ? 2125  | 2125-01-01
          0 0 0 1 1 ? 2127  | none
          0 0 0 1 1 ? 2025  | none
          @yearly           | 2026-01-01 2027-01-01
          @annually         | 2026-01-01 2027-01-01
          @monthly          | 2026-01-01 2026-02-01
          @weekly           | 2026-01-04 2026-01-11
          @daily            | 2026-01-01 2026-01-02
          @Midnight         | 2026-01-01 2026-01-02
          """)
  void supportsLastNearestAndNthDaysYearsAndMacros(String expression, String dates) {
    List<Instant> expected = midnights(dates);

    assertThat(FireTimes.inUtc(expression).after(NEW_YEARS_EVE, Math.max(1, expected.size())))
        .startsWith(expected.toArray(Instant[]::new))
        .hasSize(expected.size());
  }

  @Test
  void firesHourlyMacroEveryHour() {
    assertThat(FireTimes.inUtc("@hourly").after(NEW_YEARS_EVE, 25))
        .isEqualTo(FireTimes.inUtc("0 0 * * * *").after(NEW_YEARS_EVE, 25));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          QUARTZ | 0 0 0 ? * 2      | 2026-01-05 2026-01-12
          UNIX   | 0 0 0 ? * 2      | 2026-01-06 2026-01-13
          SPRING | 0 0 0 ? * 2      | 2026-01-06 2026-01-13
          QUARTZ | 0 0 0 ? * 7      | 2026-01-03 2026-01-10
          UNIX   | 0 0 0 ? * 7      | 2026-01-04 2026-01-11
          SPRING | 0 0 0 ? * 7      | 2026-01-04 2026-01-11
          QUARTZ | 0 0 0 ? * 6L     | 2026-01-30 2026-02-27
          SPRING | 0 0 0 ? * 5L     | 2026-01-30 2026-02-27
          UNIX   | 0 0 0 ? * 5#2    | 2026-01-09 2026-02-13
          QUARTZ | 0 0 0 ? * 6#2    | 2026-01-09 2026-02-13
          QUARTZ | 0 0 0 ? * L      | 2026-01-03 2026-01-10
          QUARTZ | 0 0 0 ? * */3    | 2026-01-03 2026-01-04 2026-01-07 2026-01-10
          UNIX   | 0 0 0 ? * */3    | 2026-01-03 2026-01-04 2026-01-07 2026-01-10
          SPRING | 0 0 0 ? * */3    | 2026-01-01 2026-01-04 2026-01-05 2026-01-08
          QUARTZ | 0 0 0 ? * FRI-MON| 2026-01-02 2026-01-03 2026-01-04 2026-01-05 2026-01-09
          QUARTZ | 0 0 0 30-2 * ?   | 2026-01-01 2026-01-02 2026-01-30 2026-01-31 2026-02-01
          UNIX   | 0 0 0 ? * 7-2    | 2026-01-04 2026-01-05 2026-01-06 2026-01-11
          UNIX   | 0 0 0 13 * FRI   | 2026-01-02 2026-01-09 2026-01-13 2026-01-16
          SPRING | 0 0 0 13 * FRI   | 2026-02-13 2026-03-13 2026-11-13
          UNIX   | 0 0 0 */10 * FRI | 2026-05-01 2026-07-31 2026-08-21
          UNIX   | 0 0 0 L * FRI#1  | 2026-01-02 2026-01-31 2026-02-06 2026-02-28
          SPRING | 0 0 0 L * FRI    | 2026-07-31 2027-04-30
          """)
  void interpretsDayNumbersAndTwoDayFieldsByDialect(
      CronDialect dialect, String expression, String dates) {
    List<Instant> expected = midnights(dates);

    assertThat(FireTimes.inUtc(expression, dialect).after(NEW_YEARS_EVE, expected.size()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T10:00:00.000000001Z, 2026-03-01T10:00:01Z",
    "2026-03-01T10:00:00.999999999Z, 2026-03-01T10:00:01Z",
    "1969-12-31T23:59:59.5Z,         1970-01-01T00:00:00Z",
    "1969-12-31T23:59:58.999Z,       1969-12-31T23:59:59Z",
  })
  void firesOnWholeSeconds(Instant after, Instant fireTime) {
    assertThat(FireTimes.inUtc("* * * * * *").after(after, 1)).containsExactly(fireTime);
    assertThat(FireTimes.inUtc("* * 0-23 * * *").after(after, 1)).containsExactly(fireTime);
  }

  @Test
  void findsNoFireTimeBeyondYear9999() {
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
  void findsNoFireTimeBeforeYear0() {
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
          0 0 0 30W 2 ?
          0 0 0 L-29 2 ?
          * * * 29 2 ? 1971/4
          """)
  void findsNoFireTimeForNonexistentDates(String expression) {
    assertThat(FireTimes.of(expression, "Europe/Berlin").after(Instant.EPOCH, 1)).isEmpty();
  }

  @Test
  void findsNoFireTimeWhenHourStepFallsOnlyIntoDaylightSavingGap() {
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
        "0 0 0 LW * *       | PT672H",
        "0 0 0 1,L * *      | PT24H",
        "0 0 0 * * MON,FRI#1| PT72H",
        "0 0 0 1 1 * 2150   | PT876600H",
        "*/5 0 0 1 1 * 2150 | PT5S",
        "0 0 0 * * * 2027/9 | PT24H",
      })
  void computesShortestGapBetweenFireTimes(String expression, Duration gap) {
    assertThat(CronExpression.parse(expression).shortestGap()).isEqualTo(gap);
  }

  /** None for "none". */
  private static List<Instant> midnights(String dates) {
    return Stream.of(dates.split(" ", -1))
        .filter(date -> !date.equals("none"))
        .map(date -> Instant.parse(date + "T00:00:00Z"))
        .toList();
  }

  private static List<Instant> instants(String text) {
    return Stream.of(text.split(" ", -1)).map(Instant::parse).toList();
  }
}
