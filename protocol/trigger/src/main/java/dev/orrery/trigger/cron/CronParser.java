package dev.orrery.trigger.cron;

import static dev.orrery.trigger.cron.CronField.DAY_OF_MONTH;
import static dev.orrery.trigger.cron.CronField.DAY_OF_WEEK;

import dev.orrery.trigger.InvalidTriggerException;

/** Parses cron expressions in one dialect. */
final class CronParser {
  private final CronText text;
  private final CronDialect dialect;

  /**
   * @param dialect null if the expression has none
   */
  CronParser(CronText text, CronDialect dialect) {
    this.text = text;
    this.dialect = dialect;
  }

  /**
   * Parses the expression. Without a dialect, the numbers of days are those of Unix and both day
   * fields must match, so that old stored jobs keep their meaning. {@link DialectCheck} refuses new
   * ambiguous expressions.
   *
   * @throws InvalidTriggerException naming the cron field, the invalid text and the allowed values
   */
  WallTimeMatcher parse() {
    TimeMatcher times =
        new TimeMatcher(values(CronField.HOUR), values(CronField.MINUTE), values(CronField.SECOND));
    return new WallTimeMatcher(
        new DateMatcher(
            days(DAY_OF_MONTH),
            values(CronField.MONTH),
            days(DAY_OF_WEEK),
            eitherDay(),
            new FieldParser(CronField.YEAR, text.get(CronField.YEAR), numbers()).years()),
        times);
  }

  private FieldValues values(CronField field) {
    return new FieldParser(field, text.get(field), numbers()).values();
  }

  private DayField days(CronField field) {
    return DayPatternParser.parse(field, text.get(field), numbers());
  }

  private CronDialect numbers() {
    return dialect == null ? CronDialect.UNIX : dialect;
  }

  private boolean eitherDay() {
    if (dialect == null || !text.restricts(DAY_OF_MONTH) || !text.restricts(DAY_OF_WEEK)) {
      return false;
    }
    return switch (dialect) {
      case QUARTZ ->
          throw DialectCheck.bothDays(
              text,
              "both are restricted, which has no meaning in Quartz. Write ? in one of them, or set"
                  + " 'dialect' to unix (either must match) or spring (both must match).");
      case SPRING -> false;
      // As in cron(5): a field that begins with a star does not count as restricted.
      case UNIX -> !startsWithStar(DAY_OF_MONTH) && !startsWithStar(DAY_OF_WEEK);
    };
  }

  private boolean startsWithStar(CronField field) {
    return text.get(field).startsWith("*") || text.get(field).startsWith("?");
  }
}
