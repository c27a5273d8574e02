package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orrery.trigger.cron.CronExpression;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronRefusalTest {
  private static final Map<String, String> ALLOWED =
      Map.of(
          "second", "0 to 59",
          "minute", "0 to 59",
          "hour", "0 to 23",
          "day of month", "1 to 31, L, L-3, 15W or LW",
          "month", "1 to 12 or JAN to DEC",
          "day of week", "0 to 7 (0 and 7 are Sunday), SUN to SAT, FRIL or FRI#2",
          "year", "1970 to 9999");

  @ParameterizedTest
  @CsvSource({
    "CRON_TZ=Asia/Tokyo 0 9 * * *, Asia/Tokyo",
    "TZ=UTC @daily, UTC",
    "CRON_TZ=Nowhere * * * * *, Nowhere",
    "0 9 * * * Europe/Berlin, Europe/Berlin",
    "0 0 9 * * * America/Argentina/Ushuaia, America/Argentina/Ushuaia",
    "@daily UTC, UTC",
    "0 0 12 * * ? 2026 UTC, UTC",
    "Europe/Nowhere 0 9 * * *, Europe/Nowhere",
  })
  void refusesZoneInsideCronExpression(String cron, String zone) {
    InvalidTriggerException refusal =
        catchThrowableOfType(InvalidTriggerException.class, () -> CronExpression.parse(cron, null));

    assertThat(refusal)
        .hasMessage(
            "The cron expression '%s' has the zone '%s'. Leave it out, and write it in the field"
                    .formatted(cron, zone)
                + " 'zone' of the trigger.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          60 * * * * *          | second       | '60' is out of range
          0 61 * * * *          | minute       | '61' is out of range
          99 * * * *            | minute       | '99' is out of range
          0 * 24 * * *          | hour         | '24' is out of range
          0 0 0 0 * *           | day of month | '0' is out of range
          0 0 0 32 * *          | day of month | '32' is out of range
          0 0 0 1 13 *          | month        | '13' is out of range
          0 0 0 1 0 *           | month        | '0' is out of range
          0 0 0 * * 8           | day of week  | '8' is out of range
          0 0-60 * * * *        | minute       | '60' is out of range
          0 70/2 * * * *        | minute       | '70' is out of range
          0 99999999999 * * * * | minute       | '99999999999' is out of range
          0 x * * * *           | minute       | 'x' is not a value
          0 +5 * * * *          | minute       | '+5' is not a value
          0 1.5 * * * *         | minute       | '1.5' is not a value
          0 ٥ * * * *           | minute       | '٥' is not a value
          0 MON * * * *         | minute       | 'MON' is not a value
          0 0 0 1 MON *         | month        | 'MON' is not a value
          0 0 0 1 * JAN         | day of week  | 'JAN' is not a value
          0 0 0 * * MONDAY      | day of week  | 'MONDAY' is not a value
          0 0 0 * * frı         | day of week  | 'frı' is not a value
          0 1,,2 * * * *        | minute       | a value is missing
          0 1, * * * *          | minute       | a value is missing
          0 -5 * * * *          | minute       | a value is missing
          0 5- * * * *          | minute       | a value is missing
          0 /5 * * * *          | minute       | a value is missing
          0 1-2-3 * * * *       | minute       | '2-3' is not a value
          0 *-5 * * * *         | minute       | '*' is not a value
          0 5,* * * * *         | minute       | '*' is every value and cannot be part of a list
          0 0 ?,5 * * *         | hour         | '?' is every value and cannot be part of a list
          0 */0 * * * *         | minute       | '0' is not a step; steps are 1 to 60
          0 */61 * * * *        | minute       | '61' is not a step; steps are 1 to 60
          0 0 1/25 * * *        | hour         | '25' is not a step; steps are 1 to 24
          0 */ * * * *          | minute       | '' is not a step; steps are 1 to 60
          0 */-1 * * * *        | minute       | '-1' is not a step; steps are 1 to 60
          0 1/2/3 * * * *       | minute       | '2/3' is not a step; steps are 1 to 60
          0 0 0 * * */MON       | day of week  | 'MON' is not a step; steps are 1 to 7
          0 0 0 1 1 ? 1969      | year         | '1969' is out of range
          0 0 0 1 1 ? 10000     | year         | '10000' is out of range
          0 0 0 1 1 ? 2030-2027 | year         | '2030-2027' ends before it starts
          0 0 0 1 1 ? JAN       | year         | 'JAN' is not a value
          0 0 0 L-0 * *         | day of month | 'L-0' is out of range, L-1 to L-30
          0 0 0 L-31 * *        | day of month | 'L-31' is out of range, L-1 to L-30
          0 0 0 LL * *          | day of month | 'LL' is not a value
          0 0 0 W * *           | day of month | 'W' is not a value
          0 0 0 0W * *          | day of month | '0' is out of range
          0 0 0 1,32W * *       | day of month | '32' is out of range
          0 0 0 1-5W * *        | day of month | '5W' is not a value
          0 0 0 L,* * *         | day of month | '*' is every value and cannot be part of a list
          0 0 0 FRIL * *        | day of month | 'FRIL' is not a value
          0 0 0 * L *           | month        | 'L' is not a value
          0 0 L * * *           | hour         | 'L' is not a value
          0 0 0 * * L           | day of week  | 'L' alone is Saturday in Quartz and nothing elsewhere; write SAT
          0 0 0 * * 8L          | day of week  | '8' is out of range
          0 0 0 * * JANL        | day of week  | 'JAN' is not a value
          0 0 0 * * LW          | day of week  | 'LW' is not a value
          0 0 0 * * MON#0       | day of week  | '#0' is out of range, #1 to #5
          0 0 0 * * MON#6       | day of week  | '#6' is out of range, #1 to #5
          0 0 0 * * MON#        | day of week  | 'MON#' is not a value
          0 0 0 * * #2          | day of week  | '#2' is not a value
          0 0 0 * * MON#2#3     | day of week  | 'MON#2#3' is not a value
          """)
  void namesInvalidCronFieldWithOffendingTextAndAllowedValues(
      String text, String label, String reason) {
    assertThat(refusal(text))
        .startsWith("Cron field '" + label + "' is '")
        .contains("': " + reason + "; ")
        .endsWith("; allowed are " + ALLOWED.get(label) + ".");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 22-2 * * *      | 22-2    | 22,23,0,1,2
          0 0 22-2/3 * * *    | 22-2    | 22,1
          0 50-5/10 * * * *   | 50-5    | 50,0
          0 0 0 1 NOV-FEB *   | NOV-FEB | NOV,DEC,JAN,FEB
          0 0 0 1 11-2 *      | 11-2    | 11,12,1,2
          0 0 0 30-2 * *      | 30-2    | 30,31,1,2
          0 0 0 * * FRI-MON   | FRI-MON | FRI,SAT,SUN,MON
          0 0 0 * * sat-mon   | sat-mon | SAT,SUN,MON
          0 0 0 * * 6-2       | 6-2     | 6,0,1,2
          """)
  void refusesWrappingRangeAndSuggestsList(String text, String range, String list) {
    assertThat(refusal(text))
        .contains("'" + range + "' wraps around; write the list '" + list + "' instead;");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          '',                   0
          ' ',                  0
          *,                    1
          * * * *,              4
          * * * * * * * *,      8
          0 0 12 * * ? 2026 x, 8
          """)
  void refusesWrongNumberOfCronFields(String text, int found) {
    assertThat(refusal(text))
        .contains("5 fields (minute, hour, day of month, month, day of week)")
        .contains("6 with the second before them")
        .contains("7 with the year behind them")
        .contains("found " + found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"@reboot", "@", "@daily *", "@everyday"})
  void refusesUnknownMacroAndListsSupportedMacros(String macro) {
    assertThat(refusal(macro))
        .startsWith("'" + macro + "' is not supported; write @hourly, @daily, @weekly,");
  }

  @ParameterizedTest
  @CsvSource({
    "@every 5m, 5m",
    "@every 1h30m, 1h30m",
    "@Every  90s, 90s",
    "@every, 5m",
    "@every day, 5m"
  })
  void refusesMacroNamedEveryAndSuggestsTriggerOfThatName(String macro, String every) {
    assertThat(refusal(macro))
        .isEqualTo(
            "'" + macro + "' is not a cron expression; write trigger: {every: " + every + "}.");
  }

  @Test
  void refusesVeryLongMacroNamedEvery() {
    assertThat(refusal("@every " + "1s".repeat(100_000))).contains("write trigger: {every: ");
  }

  private static String refusal(String text) {
    InvalidTriggerException refusal =
        catchThrowableOfType(InvalidTriggerException.class, () -> CronExpression.parse(text));
    assertThat(refusal).as(text).isNotNull();
    assertThat(refusal.field()).isEqualTo("cron");
    return refusal.getMessage();
  }
}
