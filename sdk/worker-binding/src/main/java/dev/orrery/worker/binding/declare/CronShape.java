package dev.orrery.worker.binding.declare;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the usual mistakes of a cron expression without a scheduler: the number of fields,
 * characters, numbers out of range. The scheduler refuses all others when the job is applied.
 */
final class CronShape {
  private static final Set<String> MACROS =
      Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");

  private static final Pattern PART =
      Pattern.compile("[*?]|[0-9A-Za-z]+(?:-[0-9A-Za-z]+)?(?:#\\d)?|L-\\d+");

  private static final Pattern NUMBER = Pattern.compile("(?<![\\w#])\\d+");

  private record Field(String name, int min, int max) {}

  private static final List<Field> FIELDS =
      List.of(
          new Field("second", 0, 59),
          new Field("minute", 0, 59),
          new Field("hour", 0, 23),
          new Field("day of month", 1, 31),
          new Field("month", 1, 12),
          new Field("day of week", 0, 7),
          new Field("year", 1970, 9999));

  private CronShape() {}

  /** Returns the first mistake, as the end of a sentence; empty if there is none. */
  static Optional<String> mistake(String cron) {
    String text = cron.strip();
    if (text.startsWith("@")) {
      return MACROS.contains(text.toLowerCase(Locale.ROOT))
          ? Optional.empty()
          : Optional.of("is not a name such as @hourly, @daily, @weekly, @monthly or @yearly");
    }
    String[] fields = text.split("\\s+", -1);
    if (fields.length < 5 || fields.length > 7) {
      return Optional.of(
          "has " + fields.length + " fields, and needs 5 to 7, such as 0 30 2 * * MON-FRI");
    }
    int first = fields.length == 5 ? 1 : 0;
    for (int i = 0; i < fields.length; i++) {
      Optional<String> mistake = mistake(fields[i], FIELDS.get(first + i));
      if (mistake.isPresent()) {
        return mistake;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> mistake(String text, Field field) {
    for (String part : text.split(",", -1)) {
      String[] step = part.split("/", -1);
      boolean isStep = step.length == 1 || (step.length == 2 && step[1].matches("[1-9]\\d{0,3}"));
      if (!isStep || !PART.matcher(step[0]).matches()) {
        return Optional.of(
            "has '" + text + "' as " + field.name + ", which is not a value of this field");
      }
      Matcher numbers = NUMBER.matcher(step[0].startsWith("L-") ? "" : step[0]);
      while (numbers.find()) {
        String number = numbers.group();
        if (number.length() > 4
            || Integer.parseInt(number) < field.min
            || Integer.parseInt(number) > field.max) {
          return Optional.of(
              "has "
                  + number
                  + " as "
                  + field.name
                  + ", which must be from "
                  + field.min
                  + " to "
                  + field.max);
        }
      }
    }
    return Optional.empty();
  }
}
