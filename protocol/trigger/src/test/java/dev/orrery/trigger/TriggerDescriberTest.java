package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerDescriberTest {
  private static final Instant FROM = Instant.parse("2027-01-01T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2028-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 30 2 * * *             | at 02:30:00 every day
          5 30 2 * * *             | at 02:30:05 every day
          0 0,30 9,17 * * *        | at 09:00:00, 09:30:00, 17:00:00 and 17:30:00 every day
          * * * * * *              | every second
          */10 * * * * *           | every 10 seconds
          5 * * * * *              | at second 5 of every minute
          5,35 * * * * *           | at seconds 5 and 35 of every minute
          1,2 */15 * * * *         | at seconds 1 and 2 in minutes 0, 15, 30 and 45
          */5 0,30 9-17 * * *      | every 5 seconds in minutes 0 and 30 from 09:00 to 17:59
          * * 9 * * *              | every second in hour 9
          0 * * * * *              | every minute
          0 */15 * * * *           | every 15 minutes
          0 5/15 * * * *           | at minutes 5, 20, 35 and 50 of every hour
          0 */7 * * * *            | at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour
          0 10-30 * * * *          | at minutes 10 to 30 of every hour
          0 */15 9-17 * * *        | every 15 minutes from 09:00 to 17:59
          0 */15 9,11 * * *        | every 15 minutes in hours 9 and 11
          @hourly                  | every hour
          0 30 * * * *             | at minute 30 of every hour
          0 0 */2 * * *            | every 2 hours
          0 30 */8 * * *           | at 00:30:00, 08:30:00 and 16:30:00 every day
          0 30 */3 * * *           | at minute 30 in hours 0, 3, 6, 9, 12, 15, 18 and 21
          0 0 9-17 * * *           | every hour from 09:00 to 17:00
          0 30 9-17 * * *          | at minute 30 from 09:00 to 17:59
          """)
  void describesCronTimesOfDay(String expression, String words) {
    assertThat(words(expression, null)).isEqualTo(words + ", UTC");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * MON-FRI             | on weekdays (MON-FRI)
          ? * SUN,SAT             | on weekends (SAT,SUN)
          * * MON                 | on Mondays
          * * 0                   | on Sundays
          * * SUN,WED             | on Wednesdays and Sundays
          * * FRI-SUN             | on Fridays to Sundays
          * * MON,WED-FRI,SUN     | on Mondays, Wednesdays to Fridays and Sundays
          ? * FRIL                | on the last Friday of the month
          ? * FRI#2               | on the second Friday of the month
          ? * MON,SUN#1,SATL      | on Mondays, the first Sunday of the month and the last Saturday of the month
          1 * ?                   | on day 1 of the month
          1,15 * ?                | on days 1 and 15 of the month
          1-7,15 * ?              | on days 1 to 7 and 15 of the month
          L * ?                   | on the last day of the month
          L-1 * ?                 | on the day before the last day of the month
          L-3 * ?                 | on the day 3 days before the last day of the month
          LW * ?                  | on the last weekday (MON-FRI) of the month
          L-3W * ?                | on the weekday (MON-FRI) nearest the day 3 days before the last day of the month
          15W * ?                 | on the weekday (MON-FRI) nearest day 15 of the month
          1,L * ?                 | on day 1 of the month and the last day of the month
          * 3 ?                   | every day, in March
          * MAR-MAY,OCT ?         | every day, in March to May and October
          1 1 ? 2030              | on day 1 of the month, in January, in 2030
          * * ? 2030,2032-2036/2,2040-2042 | every day, in 2030, 2032 to 2036 in steps of 2 and 2040 to 2042
          * * ? 2030/5            | every day, in 2030 to 9999 in steps of 5
          """)
  void describesCronDates(String fields, String words) {
    assertThat(words("0 0 9 " + fields, null)).isEqualTo("at 09:00:00 " + words + ", UTC");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          QUARTZ | 0 0 9 ? * 2-6     | at 09:00:00 on weekdays (MON-FRI)
          UNIX   | 0 9 * * 2-6       | at 09:00:00 on Tuesdays to Saturdays
          UNIX   | 0 9 1,15 * FRI    | at 09:00:00 on days 1 and 15 of the month, and also on Fridays
          SPRING | 0 0 9 13 * FRI    | at 09:00:00 on day 13 of the month, but only on Fridays
          SPRING | 0 */5 * 13 6 FRI  | every 5 minutes on day 13 of the month, but only on Fridays, in June
          SPRING | 0 */5 * * 6 *     | every 5 minutes, in June
          """)
  void describesCronExpressionsByDialect(CronDialect dialect, String expression, String words) {
    assertThat(words(expression, dialect)).isEqualTo(words + ", UTC");
  }

  @Test
  void describesZoneFireWindowAndJitter() {
    Trigger trigger =
        new Trigger.Cron(
            CronExpression.parse("0 30 2 * * MON-FRI"),
            ZoneId.of("Europe/Berlin"),
            new FireWindow(FROM, UNTIL),
            Duration.ofSeconds(90));

    assertThat(TriggerDescriber.of(trigger))
        .isEqualTo(
            "at 02:30:00 on weekdays (MON-FRI), Europe/Berlin, from 2027-01-01T00:00:00Z,"
                + " until 2028-01-01T00:00:00Z, with up to 1 minute 30 seconds of jitter");
  }

  @Test
  void describesTriggersOfTypesEveryDelayAndAt() {
    assertThat(
            TriggerDescriber.of(
                new Trigger.Every(Duration.ofMinutes(15), FireWindow.OPEN, Duration.ZERO)))
        .isEqualTo("every 15 minutes");
    assertThat(
            TriggerDescriber.of(
                new Trigger.Every(
                    Duration.ofHours(36), new FireWindow(FROM, null), Duration.ofMillis(1500))))
        .isEqualTo(
            "every 1 day 12 hours, from 2027-01-01T00:00:00Z,"
                + " with up to 1 second 500 milliseconds of jitter");
    assertThat(
            TriggerDescriber.of(
                new Trigger.EveryWithin(
                    Duration.ofMinutes(10),
                    new DailyWindow(
                        LocalTime.of(22, 0),
                        LocalTime.of(6, 0, 30),
                        Set.of(DayOfWeek.FRIDAY, DayOfWeek.SUNDAY),
                        ZoneId.of("Asia/Tokyo")),
                    new FireWindow(FROM, null),
                    Duration.ofSeconds(5))))
        .isEqualTo(
            "every 10 minutes from 22:00 to 06:00:30 of the next day on Fridays and Sundays,"
                + " Asia/Tokyo, from 2027-01-01T00:00:00Z, with up to 5 seconds of jitter");
    assertThat(
            TriggerDescriber.of(
                new Trigger.Delay(
                    Duration.ofSeconds(1), new FireWindow(null, UNTIL), Duration.ZERO)))
        .isEqualTo("1 second after the end of the last run, until 2028-01-01T00:00:00Z");
    assertThat(TriggerDescriber.of(new Trigger.At(FROM, Duration.ofMinutes(1))))
        .isEqualTo("once at 2027-01-01T00:00:00Z, with up to 1 minute of jitter");
  }

  @Test
  void describesTriggerInEnglishInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(words("0 0 9 ? 3 FRIL", null))
          .isEqualTo("at 09:00:00 on the last Friday of the month, in March, UTC");
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String words(String expression, CronDialect dialect) {
    return TriggerDescriber.of(
        new Trigger.Cron(
            CronExpression.parse(expression, dialect),
            ZoneId.of("UTC"),
            FireWindow.OPEN,
            Duration.ZERO));
  }
}
