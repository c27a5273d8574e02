package dev.orrery.trigger.cron;

import dev.orrery.trigger.InvalidTriggerException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the two day fields of a cron expression, which allow {@code L}, {@code W} and {@code #}.
 */
final class DayPatternParser {
  private static final Pattern LAST_DAY = ignoringCase("L(?:-([0-9]{1,2}))?(W)?");
  private static final Pattern NEAREST_WEEKDAY = ignoringCase("([0-9]+)W");
  private static final Pattern LAST_DAY_OF_WEEK = ignoringCase("([0-9]+|[A-Z]+)L");
  private static final Pattern NTH_DAY_OF_WEEK = ignoringCase("([0-9]+|[A-Z]+)#([0-9]+)");
  private static final Pattern WEEK = Pattern.compile("[1-5]");

  private static final int MAX_OFFSET = 30;
  private static final int SHORTEST_MONTH = 28;
  private static final int SATURDAY = 6;

  private final CronField field;
  private final String text;
  private final CronDialect dialect;
  private final FieldParser plain;

  private DayPatternParser(CronField field, String text, CronDialect dialect) {
    this.field = field;
    this.text = text;
    this.dialect = dialect;
    this.plain = new FieldParser(field, text, dialect);
  }

  /**
   * @throws InvalidTriggerException naming the field, the invalid text and the allowed values
   */
  static DayField parse(CronField field, String text, CronDialect dialect) {
    return new DayPatternParser(field, text, dialect).field();
  }

  private DayField field() {
    FieldValues values = FieldValues.NONE;
    // Repeated patterns must not slow down each search for a fire time.
    Set<DayPattern> distinct = new LinkedHashSet<>();
    for (String element : plain.elements()) {
      Optional<DayPattern> pattern =
          field == CronField.DAY_OF_MONTH ? dayOfMonth(element) : dayOfWeek(element);
      if (pattern.isPresent()) {
        distinct.add(pattern.get());
      } else {
        values = values.plus(plain.values(element));
      }
    }
    List<DayPattern> patterns = new ArrayList<>(distinct);
    if (!values.equals(FieldValues.NONE)) {
      patterns.add(
          0,
          field == CronField.DAY_OF_MONTH
              ? new DayPattern.DaysOfMonth(values)
              : new DayPattern.DaysOfWeek(values));
    }
    return new DayField(!FieldParser.isWildcard(text), patterns);
  }

  private Optional<DayPattern> dayOfMonth(String element) {
    Matcher last = LAST_DAY.matcher(element);
    if (last.matches()) {
      int offset = last.group(1) == null ? 0 : offset(last.group(1));
      return Optional.of(
          last.group(2) == null
              ? new DayPattern.LastDay(offset)
              : new DayPattern.WeekdayNearestLastDay(offset));
    }
    Matcher nearest = NEAREST_WEEKDAY.matcher(element);
    return nearest.matches()
        ? Optional.of(new DayPattern.NearestWeekday(centre(nearest.group(1))))
        : Optional.empty();
  }

  private int offset(String digits) {
    int offset = Integer.parseInt(digits);
    if (offset < 1 || offset > MAX_OFFSET) {
      throw plain.refused("'L-" + digits + "' is out of range, L-1 to L-" + MAX_OFFSET);
    }
    return offset;
  }

  private int centre(String digits) {
    int day = plain.value(digits);
    if (dialect == CronDialect.SPRING && day >= SHORTEST_MONTH) {
      throw plain.refused(
          "in Spring, '"
              + digits
              + "W' may leave the month, which is not supported; write LW, or set 'dialect' to"
              + " quartz or unix");
    }
    return day;
  }

  private Optional<DayPattern> dayOfWeek(String element) {
    if (element.equalsIgnoreCase("L")) {
      return Optional.of(saturday());
    }
    Matcher last = LAST_DAY_OF_WEEK.matcher(element);
    if (last.matches()) {
      return Optional.of(new DayPattern.LastDayOfWeek(day(last.group(1))));
    }
    Matcher nth = NTH_DAY_OF_WEEK.matcher(element);
    return nth.matches()
        ? Optional.of(new DayPattern.NthDayOfWeek(day(nth.group(1)), week(nth.group(2))))
        : Optional.empty();
  }

  private DayPattern saturday() {
    if (dialect != CronDialect.QUARTZ) {
      throw plain.refused("'L' alone is Saturday in Quartz and nothing elsewhere; write SAT");
    }
    return new DayPattern.DaysOfWeek(FieldValues.of(SATURDAY));
  }

  private int day(String dayOfWeek) {
    return field.wrapped(plain.value(dayOfWeek));
  }

  private int week(String digits) {
    if (!WEEK.matcher(digits).matches()) {
      throw plain.refused("'#" + digits + "' is out of range, #1 to #5");
    }
    return Integer.parseInt(digits);
  }

  private static Pattern ignoringCase(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }
}
