package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.cron.CronExpression;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronParsingTest {
  private static final Instant START = Instant.parse("2025-12-31T23:59:59Z");
  private static final int ENOUGH_TO_TELL_APART = 300;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * * *             | 0 * * * * *
          15 6 * * 1            | 0 15 6 * * 1
          ? ? ? ? ? ?           | * * * * * *
          0 0 0 ? * MON         | 0 0 0 * * 1
          0 0 0 1 * ?           | 0 0 0 1 * *
          ?/20 0 0 * * *        | 0,20,40 0 0 * * *
          */15 * * * * *        | 0,15,30,45 * * * * *
          */7 0 * * * *         | 0,7,14,21,28,35,42,49,56 0 * * * *
          0 10-30/5 * * * *     | 0 10,15,20,25,30 * * * *
          0 5/15 * * * *        | 0 5,20,35,50 * * * *
          0 */60 */24 * * *     | 0 0 0 * * *
          0 1-3,7,50/5 * * * *  | 0 1,2,3,7,50,55 * * * *
          0 5,1,1,3-5 * * * *   | 0 1,3,4,5 * * * *
          00 05 007 01 01 *     | 0 5 7 1 1 *
          0 0 0 1 jan,Jul,DEC * | 0 0 0 1 1,7,12 *
          0 0 0 1 FEB-APR *     | 0 0 0 1 2,3,4 *
          0 0 0 1 MAR/3 *       | 0 0 0 1 3,6,9,12 *
          0 0 0 1 */4 *         | 0 0 0 1 1,5,9 *
          0 0 0 * * 0           | 0 0 0 * * SUN
          0 0 0 * * 7           | 0 0 0 * * SUN
          0 0 0 * * mon-Fri     | 0 0 0 * * 1,2,3,4,5
          0 0 0 * * 5-7         | 0 0 0 * * FRI,SAT,SUN
          0 0 0 * * FRI-SUN     | 0 0 0 * * FRI,SAT,SUN
          0 0 0 * * 5-0         | 0 0 0 * * FRI,SAT,SUN
          0 0 0 * * SUN-TUE     | 0 0 0 * * 0,1,2
          0 0 0 * * SUN-SUN     | 0 0 0 * * 0
          0 0 0 * * 7-7         | 0 0 0 * * 0
          0 0 0 * * 0-7         | 0 0 0 * * *
          0 0 0 * * 1-7/2       | 0 0 0 * * MON,WED,FRI,SUN
          0 0 0 * * */2         | 0 0 0 * * SUN,TUE,THU,SAT
          0 0 0 * * MON/2       | 0 0 0 * * MON,WED,FRI
          0 0 0 * * 7/3         | 0 0 0 * * SUN,WED,SAT
          0 0 0 * * 7-2         | 0 0 0 * * SUN,MON,TUE
          0 0 0 * * 5L          | 0 0 0 * * FRIL
          0 0 0 * * 0#2         | 0 0 0 * * SUN#2
          0 0 0 * * 7#2         | 0 0 0 * * sun#2
          0 0 9 ? * MON-FRI *   | 0 0 9 * * 1-5
          0 0 9 1 1 ? 1970/1    | 0 0 9 1 1 *
          @daily                | 0 0 0 * * *
          """)
  void parsesEquivalentCronExpressionsToSameFireTimes(String text, String plain) {
    assertThat(FireTimes.inUtc(text).after(START, ENOUGH_TO_TELL_APART))
        .isEqualTo(FireTimes.inUtc(plain).after(START, ENOUGH_TO_TELL_APART));
  }

  @Test
  void parsesMonthAndDayNamesIndependentOfLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(new Locale("tr", "TR"));
      assertThat(FireTimes.inUtc("0 0 0 * apr fri").after(START, ENOUGH_TO_TELL_APART))
          .isEqualTo(FireTimes.inUtc("0 0 0 * 4 5").after(START, ENOUGH_TO_TELL_APART));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void printsCronExpressionAsWritten() {
    assertThat(CronExpression.parse(" 0 0\t9 ? * mon-FRI ")).hasToString(" 0 0\t9 ? * mon-FRI ");
  }

  @Test
  void equalsCronExpressionWithSameText() {
    assertThat(CronExpression.parse("0 0 9 * * *"))
        .isEqualTo(CronExpression.parse("0 0 9 * * *"))
        .hasSameHashCodeAs(CronExpression.parse("0 0 9 * * *"))
        .isNotEqualTo(CronExpression.parse("0 0 9 * * ?"));
  }
}
