package dev.orrery.trigger.cron;

import static dev.orrery.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronDialectTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 0 9 * * MON-FRI",
        "0 0 9 ? * FRIL",
        "0 0 9 ? * FRI#2,SAT",
        "0 0 9 * * MON-FRI/2",
        "0 0 9 * * 0",
        "0 0 9 * * 1-7",
        "0 0 9 * * *",
        "0 0 9 L * ?",
        "0 0 9 */2 * ?",
        "0 0 9 1 1 ? 2030",
        "0 9 * * 1",
        "0 9 * * 1-5",
        "0 9 * * */2",
        "0 9 L * *",
        "@weekly",
      })
  void acceptsUnambiguousExpressionWithoutDialect(String expression) {
    assertThatCode(() -> CronExpression.parse(expression).requireOneMeaning())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 9 * * 1        | SUN in Quartz, but MON in Unix and Spring
          0 0 9 ? * 7        | SAT in Quartz, but SUN in Unix and Spring
          0 0 9 ? * 2-4      | MON,TUE,WED in Quartz, but TUE,WED,THU in Unix and Spring
          0 0 9 ? * 6L       | FRIL in Quartz, but SATL in Unix and Spring
          0 0 9 ? * MON,3#2  | MON,TUE#2 in Quartz, but MON,WED#2 in Unix and Spring
          0 0 9 ? * */2      | TUE,THU,SAT,SUN in Quartz and Unix, but MON,WED,FRI,SUN in Spring
          0 0 9 ? * MON/2    | MON,WED,FRI in Unix, but MON,WED,FRI,SUN in Spring
          0 0 9 ? * 2 2027   | MON in Quartz, but TUE in Unix and Spring
          """)
  void refusesAmbiguousDayNumbersWithoutDialect(String expression, String meanings) {
    assertRefused("cron", () -> CronExpression.parse(expression).requireOneMeaning())
        .hasMessageContaining("Cron field 'day of week' is '")
        .hasMessageContaining("it is " + meanings + ".")
        .hasMessageEndingWith("Write names of days, or set 'dialect' to quartz, unix or spring.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0 0 9 13 * FRI", "0 9 1,15 * FRI", "0 0 9 */2 * FRI", "0 0 9 L * MON-FRI 2030"})
  void refusesTwoRestrictedDayFieldsWithoutDialect(String expression) {
    assertRefused("cron", () -> CronExpression.parse(expression).requireOneMeaning())
        .hasMessageStartingWith("Cron fields 'day of month' is '")
        .hasMessageContaining("and 'day of week' is '")
        .hasMessageContaining("In Unix either must match, in Spring both, in Quartz that has no")
        .hasMessageEndingWith("Set 'dialect' to unix or spring, or write * in one of them.");
  }

  @ParameterizedTest
  @EnumSource(CronDialect.class)
  void acceptsDayNumbersWithDialect(CronDialect dialect) {
    assertThatCode(() -> CronExpression.parse("0 0 9 ? * 2-6", dialect).requireOneMeaning())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(
      value = CronDialect.class,
      names = {"UNIX", "SPRING"})
  void acceptsTwoRestrictedDayFieldsWithUnixOrSpringDialect(CronDialect dialect) {
    assertThatCode(() -> CronExpression.parse("0 0 9 13 * 5", dialect).requireOneMeaning())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          QUARTZ | 0 0 9 13 * FRI     | both are restricted, which has no meaning in Quartz
          QUARTZ | 0 0 9 ? * 0        | '0' is out of range; allowed are 1 to 7 (1 is Sunday)
          QUARTZ | 0 0 9 ? * 8        | '8' is out of range
          QUARTZ | 0 0 9 ? * MON/2    | Quartz ignores a step behind a name; write the list 'MON,WED,FRI'
          QUARTZ | 0 0 9 ? * MON-FRI/2| Quartz ignores a step behind a name; write the list 'MON,WED,FRI'
          QUARTZ | 0 0 9 1 JAN/6 ?    | Quartz ignores a step behind a name; write the list 'JAN,JUL'
          QUARTZ | 0 0 9 1 1 ? 2030-27| '27' is out of range
          UNIX   | 0 0 9 ? * L        | 'L' alone is Saturday in Quartz and nothing elsewhere
          SPRING | 0 0 9 ? * L        | 'L' alone is Saturday in Quartz and nothing elsewhere
          SPRING | 0 0 9 28W * ?      | in Spring, '28W' may leave the month
          UNIX   | 0 0 22-2 * * ?     | '22-2' wraps around; write the list '22,23,0,1,2'
          SPRING | 0 0 9 ? * FRI-MON  | 'FRI-MON' wraps around; write the list 'FRI,SAT,SUN,MON'
          """)
  void refusesSyntaxUnsupportedByDialect(CronDialect dialect, String expression, String reason) {
    assertRefused("cron", () -> CronExpression.parse(expression, dialect))
        .hasMessageContaining(reason);
  }
}
