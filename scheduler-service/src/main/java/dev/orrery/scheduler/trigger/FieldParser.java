package dev.orrery.scheduler.trigger;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads one field of a cron expression. */
final class FieldParser {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Pattern NAME = Pattern.compile("[A-Za-z]{3}");

  /** How other cron dialects write the last day, the nearest weekday and the n-th weekday. */
  private static final Pattern FROM_OTHER_DIALECTS =
      Pattern.compile("(?:[0-9]+|[A-Z]{3})?([LW](?=W?$)|#).*", Pattern.CASE_INSENSITIVE);

  /** Longer numbers are out of every range, and need not fit into an int. */
  private static final int MAX_DIGITS = 9;

  private final CronField field;
  private final String text;

  private FieldParser(CronField field, String text) {
    this.field = field;
    this.text = text;
  }

  /**
   * @throws InvalidTriggerException naming the field, the text at fault and what is allowed
   */
  static FieldValues parse(CronField field, String text) {
    return new FieldParser(field, text).values();
  }

  static boolean isWildcard(String text) {
    return text.equals("*") || text.equals("?");
  }

  private FieldValues values() {
    if (isWildcard(text)) {
      return every(field.min(), field.max(), 1);
    }
    FieldValues values = FieldValues.NONE;
    for (String element : text.split(",", -1)) {
      values = values.plus(element(element));
    }
    return values;
  }

  private FieldValues element(String element) {
    if (isWildcard(element)) {
      throw refused("'" + element + "' is every value and cannot be part of a list");
    }
    int slash = element.indexOf('/');
    if (slash < 0) {
      return element.contains("-")
          ? range(element, 1)
          : FieldValues.of(field.wrapped(value(element)));
    }
    String start = element.substring(0, slash);
    int step = step(element.substring(slash + 1));
    if (start.contains("-")) {
      return range(start, step);
    }
    int low = isWildcard(start) ? field.min() : field.wrapped(value(start));
    return every(low, field.max(), step);
  }

  private FieldValues range(String range, int step) {
    int dash = range.indexOf('-');
    String start = range.substring(0, dash);
    int low = value(start);
    int high = field.endOfRange(low, value(range.substring(dash + 1)));
    if (low > high) {
      String list = list(low, high + field.cycle(), step, NAME.matcher(start).matches());
      throw refused("'" + range + "' wraps around; write the list '" + list + "' instead");
    }
    return every(low, high, step);
  }

  private FieldValues every(int low, int high, int step) {
    return numbers(low, high, step)
        .mapToObj(FieldValues::of)
        .reduce(FieldValues.NONE, FieldValues::plus);
  }

  private String list(int low, int high, int step, boolean named) {
    return numbers(low, high, step)
        .mapToObj(named ? field::nameOf : Integer::toString)
        .collect(Collectors.joining(","));
  }

  /** A number past the end of the field's cycle starts the cycle again. */
  private IntStream numbers(int low, int high, int step) {
    return IntStream.iterate(low, number -> number <= high, number -> number + step)
        .map(field::wrapped);
  }

  private int step(String step) {
    int number = NUMBER.matcher(step).matches() ? number(step) : 0;
    if (number < 1 || number > field.cycle()) {
      throw refused("'" + step + "' is not a step; steps are 1 to " + field.cycle());
    }
    return number;
  }

  /** The number written, so a Sunday may be 0 or 7. */
  private int value(String value) {
    if (NUMBER.matcher(value).matches()) {
      int number = number(value);
      if (!field.accepts(number)) {
        throw refused("'" + value + "' is out of range");
      }
      return number;
    }
    OptionalInt named = NAME.matcher(value).matches() ? field.named(value) : OptionalInt.empty();
    return named.orElseThrow(() -> refused(whyNoValue(value)));
  }

  private static int number(String digits) {
    return digits.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  private static String whyNoValue(String value) {
    if (value.isEmpty()) {
      return "a value is missing";
    }
    Matcher foreign = FROM_OTHER_DIALECTS.matcher(value);
    return foreign.matches()
        ? "'" + foreign.group(1).toUpperCase(Locale.ROOT) + "' is not supported"
        : "'" + value + "' is not a value";
  }

  private InvalidTriggerException refused(String reason) {
    return new InvalidTriggerException(
        "cron",
        "Cron field '"
            + field.label()
            + "' is '"
            + text
            + "': "
            + reason
            + "; allowed are "
            + field.allowed()
            + ".");
  }
}
