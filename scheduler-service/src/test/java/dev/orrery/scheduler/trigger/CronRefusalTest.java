package dev.orrery.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronRefusalTest {
  private static final Map<String, String> ALLOWED =
      Map.of(
          "second", "0 to 59",
          "minute", "0 to 59",
          "hour", "0 to 23",
          "day of month", "1 to 31",
          "month", "1 to 12 or JAN to DEC",
          "day of week", "0 to 7 (0 and 7 are Sunday) or SUN to SAT");

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
          """)
  void refusalNamesTheFieldTheTextAtFaultAndWhatIsAllowed(
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
          0 0 0 * * 7-2       | 7-2     | 0,1,2
          """)
  void rangeThatWrapsIsRefusedWithTheListToWrite(String text, String range, String list) {
    assertThat(refusal(text))
        .contains("'" + range + "' wraps around; write the list '" + list + "' instead;");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0 0 0 L * *,       day of month, L
          0 0 0 l * *,       day of month, L
          0 0 0 L-3 * *,     day of month, L
          0 0 0 LW * *,      day of month, L
          0 0 0 W * *,       day of month, W
          '0 0 0 1,15W * *', day of month, W
          0 0 0 * * 5L,      day of week,  L
          0 0 0 * * FRIL,    day of week,  L
          0 0 0 * * MON#2,   day of week,  #
          0 0 0 * * 6#3,     day of week,  #
          """)
  void signsOfOtherDialectsAreRefusedByName(String text, String label, String sign) {
    assertThat(refusal(text))
        .startsWith("Cron field '" + label + "' is '")
        .contains("'" + sign + "' is not supported; allowed are ");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          '',                 0
          ' ',                0
          *,                  1
          * * * *,            4
          * * * * * * *,      7
          0 0 12 * * ? 2026,  7
          """)
  void otherNumbersOfFieldsAreRefusedNamingTheFields(String text, int found) {
    assertThat(refusal(text))
        .contains("6 fields (second, minute, hour, day of month, month, day of week)")
        .contains("5 without the second")
        .contains("found " + found);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          @yearly,   0 0 0 1 1 *
          @annually, 0 0 0 1 1 *
          @monthly,  0 0 0 1 * *
          @weekly,   0 0 0 * * 0
          @daily,    0 0 0 * * *
          @Midnight, 0 0 0 * * *
          @hourly,   0 0 * * * *
          """)
  void macroIsRefusedWithTheExpressionToWrite(String macro, String expression) {
    assertThat(refusal(macro))
        .isEqualTo("'" + macro + "' is not supported; write '" + expression + "'.");
    assertThat(CronExpression.parse(expression)).hasToString(expression);
  }

  @Test
  void macroWithoutAnEquivalentIsRefused() {
    assertThat(refusal("@reboot"))
        .isEqualTo("'@reboot' is not supported; write a cron expression of 6 fields.");
  }

  private static String refusal(String text) {
    InvalidTriggerException refusal =
        catchThrowableOfType(InvalidTriggerException.class, () -> CronExpression.parse(text));
    assertThat(refusal).as(text).isNotNull();
    assertThat(refusal.field()).isEqualTo("cron");
    return refusal.getMessage();
  }
}
