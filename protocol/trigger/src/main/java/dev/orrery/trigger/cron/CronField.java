package dev.orrery.trigger.cron;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The fields of a cron expression, in the order in which they are written. */
enum CronField {
  SECOND("second", 0, 59, ""),
  MINUTE("minute", 0, 59, ""),
  HOUR("hour", 0, 23, ""),
  DAY_OF_MONTH("day of month", 1, 31, ""),
  MONTH("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
  DAY_OF_WEEK("day of week", 0, 6, "SUN MON TUE WED THU FRI SAT"),
  YEAR("year", 1970, 9999, "");

  private final String label;
  private final int min;
  private final int max;
  private final String names;

  CronField(String label, int min, int max, String names) {
    this.label = label;
    this.min = min;
    this.max = max;
    this.names = names;
  }

  /** The name of the field in messages. */
  String label() {
    return label;
  }

  int min() {
    return min;
  }

  /** The largest value of the cycle; a day of the week may also be written as 7. */
  int max() {
    return max;
  }

  /** The number of values in the cycle. */
  int cycle() {
    return max - min + 1;
  }

  /** Maps a number beyond the cycle into it: 7 becomes Sunday. */
  int wrapped(int number) {
    return min + (number - min) % cycle();
  }

  /** Returns the value with this name, case-insensitively; empty for any other text. */
  OptionalInt named(String name) {
    List<String> all = names();
    return IntStream.range(0, all.size())
        // Lower case, because the non-ASCII long s has the upper case S.
        .filter(at -> all.get(at).toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
        .map(at -> min + at)
        .findFirst();
  }

  String nameOf(int value) {
    return names().get(value - min);
  }

  private List<String> names() {
    return names.isEmpty() ? List.of() : List.of(names.split(" "));
  }

  /** Returns the allowed values of this field, for messages. */
  String allowed(CronDialect dialect) {
    String numbers = min + " to " + max;
    return switch (this) {
      case DAY_OF_MONTH -> numbers + ", L, L-3, 15W or LW";
      case MONTH -> numbers + " or JAN to DEC";
      case DAY_OF_WEEK -> dialect.numbersOfDays() + ", SUN to SAT, FRIL or FRI#2";
      default -> numbers;
    };
  }
}
