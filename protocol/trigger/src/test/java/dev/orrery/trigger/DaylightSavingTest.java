package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the rule for clock changes by example; {@link DaylightSavingOracleTest} tests it at every
 * transition.
 */
class DaylightSavingTest {

  @ParameterizedTest(name = "{1} {0} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # One hour, at night
          0 30 2 * * *     | Europe/Berlin        | 2026-03-28T02:30+01:00 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00
          0 0 3 * * *      | Europe/Berlin        | 2026-03-28T03:00+01:00 2026-03-29T03:00+02:00 2026-03-30T03:00+02:00
          30 59 1 * * *    | America/New_York     | 2026-03-07T01:59:30-05:00 2026-03-08T01:59:30-05:00 2026-03-09T01:59:30-04:00
          # Several in one gap, and one where it ends
          0 0,20,40 2,3 * * * | Europe/Berlin     | 2026-03-28T03:40+01:00 2026-03-29T03:00+02:00 2026-03-29T03:20+02:00
          0 */30 1-3 * * * | Europe/Berlin        | 2026-03-29T01:30+01:00 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00 2026-03-30T01:00+02:00
          # Half an hour
          0 15 2 * * *     | Australia/Lord_Howe  | 2026-10-03T02:15+10:30 2026-10-04T02:30+11:00 2026-10-05T02:15+11:00
          # At midnight
          0 0 0 * * *      | America/Sao_Paulo    | 2018-11-03T00:00-03:00 2018-11-04T01:00-02:00 2018-11-05T00:00-02:00
          0 0 0 * * *      | Asia/Beirut          | 2022-03-26T00:00+02:00 2022-03-27T01:00+03:00 2022-03-28T00:00+03:00
          0 0 0 * * FRI    | Africa/Cairo         | 2024-04-19T00:00+02:00 2024-04-26T01:00+03:00 2024-05-03T00:00+03:00
          # A whole day
          0 0 12 * * *     | Pacific/Apia         | 2011-12-29T12:00-10:00 2011-12-31T00:00+14:00 2011-12-31T12:00+14:00
          0 0 9 30 12 *    | Pacific/Apia         | 2010-12-30T09:00-10:00 2011-12-31T00:00+14:00 2012-12-30T09:00+14:00
          0 0 12 * * *     | Pacific/Kwajalein    | 1993-08-20T12:00-12:00 1993-08-22T00:00+12:00 1993-08-22T12:00+12:00
          # Daylight saving that is standard time by name
          0 30 1 * * *     | Europe/Dublin        | 2026-03-28T01:30Z 2026-03-29T02:00+01:00 2026-03-30T01:30+01:00
          # Offsets with seconds
          0 30 0 * * *     | Africa/Monrovia      | 1972-01-06T00:30-00:44:30 1972-01-07T00:44:30Z 1972-01-08T00:30Z
          0 0 0 1 4 *      | Europe/Berlin        | 1892-04-01T00:00+00:53:28 1893-04-01T00:06:32+01:00 1894-04-01T00:00+01:00
          """)
  void firesFixedHourInGapOnceAtEndOfGap(String expression, String zone, String fireTimes) {
    assertConsecutive(expression, zone, fireTimes);
  }

  @ParameterizedTest(name = "{1} {0} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 30 2 * * *     | Europe/Berlin        | 2026-10-24T02:30+02:00 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00
          0 0 2-3 * * *    | Europe/Berlin        | 2026-10-25T02:00+02:00 2026-10-25T03:00+01:00 2026-10-26T02:00+01:00
          0 */30 0-22 * * *| Europe/Berlin        | 2026-10-25T02:00+02:00 2026-10-25T02:30+02:00 2026-10-25T03:00+01:00
          0 45 1 * * *     | Australia/Lord_Howe  | 2026-04-04T01:45+11:00 2026-04-05T01:45+11:00 2026-04-06T01:45+10:30
          0 30 23 * * *    | America/Sao_Paulo    | 2018-02-16T23:30-02:00 2018-02-17T23:30-02:00 2018-02-18T23:30-03:00
          0 30 1 * * *     | Europe/Dublin        | 2026-10-24T01:30+01:00 2026-10-25T01:30+01:00 2026-10-26T01:30Z
          """)
  void firesRepeatedFixedHourAtFirstOccurrence(String expression, String zone, String fireTimes) {
    assertConsecutive(expression, zone, fireTimes);
  }

  @ParameterizedTest(name = "{1} {0} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 */30 * * * *   | Europe/Berlin        | 2026-03-29T01:30+01:00 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00
          0 30 */2 * * *   | Europe/Berlin        | 2026-03-29T00:30+01:00 2026-03-29T04:30+02:00 2026-03-29T06:30+02:00
          0 */30 0-23 * * *| Europe/Berlin        | 2026-10-25T02:30+02:00 2026-10-25T02:00+01:00 2026-10-25T02:30+01:00
          0 0 0-11,12-23 * * * | Europe/Berlin    | 2026-03-29T01:00+01:00 2026-03-29T03:00+02:00 2026-03-29T04:00+02:00
          0 15 ? * * *     | Australia/Lord_Howe  | 2026-10-04T01:15+10:30 2026-10-04T03:15+11:00
          0 45 * * * *     | Australia/Lord_Howe  | 2026-10-04T01:45+10:30 2026-10-04T02:45+11:00
          0 0 */12 * * *   | Pacific/Apia         | 2011-12-29T12:00-10:00 2011-12-31T00:00+14:00 2011-12-31T12:00+14:00
          0 0 * 30 12 *    | Pacific/Apia         | 2010-12-30T23:00-10:00 2012-12-30T00:00+14:00
          0 30 * * * *     | Europe/Berlin        | 2026-10-25T01:30+02:00 2026-10-25T02:30+02:00 2026-10-25T02:30+01:00 2026-10-25T03:30+01:00
          0 0 2/6 * * *    | Europe/Berlin        | 2026-10-25T02:00+02:00 2026-10-25T02:00+01:00 2026-10-25T08:00+01:00
          0 50 0-2/2 * * * | Europe/Berlin        | 2026-10-25T00:50+02:00 2026-10-25T02:50+02:00 2026-10-25T02:50+01:00 2026-10-26T00:50+01:00
          0 45 * * * *     | Australia/Lord_Howe  | 2026-04-05T01:45+11:00 2026-04-05T01:45+10:30 2026-04-05T02:45+10:30
          """)
  void firesEveryHourOrStepOfHoursInElapsedTime(String expression, String zone, String fireTimes) {
    assertConsecutive(expression, zone, fireTimes);
  }

  @ParameterizedTest(name = "{1} {0} after {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Within the first pass, where the passes meet, within the second pass
          0 30 2 * * *     | Europe/Berlin        | 2026-10-25T02:10+02:00        | 2026-10-25T02:30+02:00
          0 30 2 * * *     | Europe/Berlin        | 2026-10-25T02:59:59.9+02:00   | 2026-10-26T02:30+01:00
          0 30 2 * * *     | Europe/Berlin        | 2026-10-25T02:00+01:00        | 2026-10-26T02:30+01:00
          0 30 2 * * *     | Europe/Berlin        | 2026-10-25T02:10+01:00        | 2026-10-26T02:30+01:00
          0 0 3 * * *      | Europe/Berlin        | 2026-10-25T02:59:59+01:00     | 2026-10-25T03:00+01:00
          0 30 * * * *     | Europe/Berlin        | 2026-10-25T02:40+02:00        | 2026-10-25T02:30+01:00
          # One moment before a gap, and where it ends
          0 30 2 * * *     | Europe/Berlin        | 2026-03-29T01:59:59+01:00     | 2026-03-29T03:00+02:00
          0 30 2 * * *     | Europe/Berlin        | 2026-03-29T01:59:59.999+01:00 | 2026-03-29T03:00+02:00
          0 30 2 * * *     | Europe/Berlin        | 2026-03-29T03:00+02:00        | 2026-03-30T02:30+02:00
          0 30 * * * *     | Europe/Berlin        | 2026-03-29T01:59:59+01:00     | 2026-03-29T03:30+02:00
          """)
  void findsNextFireFromAnyInstantNearTransition(
      String expression, String zone, String after, String fireTime) {
    assertThat(FireTimes.of(expression, zone).after(instant(after), 1))
        .containsExactly(instant(fireTime));
  }

  private static void assertConsecutive(String expression, String zone, String fireTimes) {
    List<Instant> expected =
        Stream.of(fireTimes.split(" ", -1)).map(DaylightSavingTest::instant).toList();
    Instant justBefore = expected.get(0).minusSeconds(1);

    assertThat(FireTimes.of(expression, zone).after(justBefore, expected.size()))
        .isEqualTo(expected);
  }

  private static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
