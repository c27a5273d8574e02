package dev.orrery.trigger.cron;

import dev.orrery.trigger.InvalidTriggerException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parses the numbers, names, ranges, steps and lists in a field of a cron expression. {@link
 * DayPatternParser} parses the syntax that only day fields have.
 */
final class FieldParser {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Predicate<String> HAS_NAME = Pattern.compile("[A-Za-z]").asPredicate();

  private static final int SUNDAY = 0;
  private static final int SUNDAY_AT_END = 7;

  /** A longer number is out of every range, and might overflow an int. */
  private static final int MAX_DIGITS = 9;

  private final CronField field;
  private final String text;
  private final CronDialect dialect;

  FieldParser(CronField field, String text, CronDialect dialect) {
    this.field = field;
    this.text = text;
    this.dialect = dialect;
  }

  static boolean isWildcard(String text) {
    return text.equals("*") || text.equals("?");
  }

  /**
   * Parses the whole field. For years use {@link #years}: a year does not fit into {@link
   * FieldValues}.
   *
   * @throws InvalidTriggerException naming the field, the invalid text and the allowed values
   */
  FieldValues values() {
    FieldValues values = FieldValues.NONE;
    for (String element : elements()) {
      values = values.plus(values(element));
    }
    return values;
  }

  /**
   * Parses the whole field as years.
   *
   * @throws InvalidTriggerException as {@link #values}
   */
  YearSet years() {
    if (isWildcard(text)) {
      return YearSet.EVERY;
    }
    Set<NumberRange> spans = new LinkedHashSet<>();
    for (String element : elements()) {
      spans.add(span(element));
    }
    return new YearSet(List.copyOf(spans));
  }

  String[] elements() {
    String[] elements = text.split(",", -1);
    for (String element : elements) {
      if (elements.length > 1 && isWildcard(element)) {
        throw refused("'" + element + "' is every value and cannot be part of a list");
      }
    }
    return elements;
  }

  FieldValues values(String element) {
    return span(element)
        .numbers()
        .map(field::wrapped)
        .mapToObj(FieldValues::of)
        .reduce(FieldValues.NONE, FieldValues::plus);
  }

  private NumberRange span(String element) {
    int slash = element.indexOf('/');
    if (slash < 0) {
      return isWildcard(element)
          ? every(1)
          : element.contains("-") ? range(element, 1) : NumberRange.of(value(element));
    }
    String start = element.substring(0, slash);
    int step = step(element.substring(slash + 1));
    if (isWildcard(start)) {
      return every(step);
    }
    NumberRange span =
        start.contains("-") ? range(start, step) : new NumberRange(startOf(start), last(), step);
    if (HAS_NAME.test(start) && !dialect.stepsFromNames()) {
      throw refused(
          dialect.label()
              + " ignores a step behind a name; write the list '"
              + list(span, start)
              + "' instead");
    }
    return span;
  }

  private NumberRange every(int step) {
    return new NumberRange(first(), last(), step);
  }

  private int first() {
    return field == CronField.DAY_OF_WEEK ? dialect.firstDayOfWeek() : field.min();
  }

  private int last() {
    return first() + field.cycle() - 1;
  }

  private int startOf(String start) {
    int value = value(start);
    return value > last() ? field.wrapped(value) : value;
  }

  private NumberRange range(String range, int step) {
    int dash = range.indexOf('-');
    String start = range.substring(0, dash);
    int low = value(start);
    int high = value(range.substring(dash + 1));
    if (field == CronField.DAY_OF_WEEK) {
      // Sunday starts or ends the week, whichever makes the range ascending.
      if (high == SUNDAY && low > SUNDAY) {
        high = SUNDAY_AT_END;
      } else if (low == SUNDAY_AT_END && high < SUNDAY_AT_END) {
        low = SUNDAY;
      }
    }
    if (low <= high) {
      return new NumberRange(low, high, step);
    }
    if (field == CronField.YEAR) {
      throw refused("'" + range + "' ends before it starts");
    }
    NumberRange wrapping = new NumberRange(low, high + field.cycle(), step);
    if (!dialect.wrapsRanges()) {
      throw refused(
          "'" + range + "' wraps around; write the list '" + list(wrapping, start) + "' instead");
    }
    return wrapping;
  }

  private String list(NumberRange span, String start) {
    boolean named = HAS_NAME.test(start.substring(0, 1));
    return span.numbers()
        .map(field::wrapped)
        .mapToObj(named ? field::nameOf : Integer::toString)
        .collect(Collectors.joining(","));
  }

  private int step(String step) {
    int number = NUMBER.matcher(step).matches() ? number(step) : 0;
    if (number < 1 || number > field.cycle()) {
      throw refused("'" + step + "' is not a step; steps are 1 to " + field.cycle());
    }
    return number;
  }

  /** Parses a number or a name; Sunday may be 0 or 7. */
  int value(String value) {
    if (NUMBER.matcher(value).matches()) {
      return numbered(value);
    }
    return field
        .named(value)
        .orElseThrow(
            () ->
                refused(value.isEmpty() ? "a value is missing" : "'" + value + "' is not a value"));
  }

  private int numbered(String digits) {
    int number = number(digits);
    boolean dayOfWeek = field == CronField.DAY_OF_WEEK;
    boolean accepted =
        dayOfWeek
            ? dialect.acceptsDayOfWeek(number)
            : number >= field.min() && number <= field.max();
    if (!accepted) {
      throw refused("'" + digits + "' is out of range");
    }
    return dayOfWeek ? dialect.dayOfWeek(number) : number;
  }

  private static int number(String digits) {
    return digits.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  InvalidTriggerException refused(String reason) {
    return new InvalidTriggerException(
        "cron",
        "Cron field '"
            + field.label()
            + "' is '"
            + text
            + "': "
            + reason
            + "; allowed are "
            + field.allowed(dialect)
            + ".");
  }
}
