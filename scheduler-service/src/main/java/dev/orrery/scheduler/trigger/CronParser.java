package dev.orrery.scheduler.trigger;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads whole cron expressions; {@link FieldParser} reads their fields. */
final class CronParser {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private static final Map<String, String> MACROS =
      Map.of(
          "@yearly", "0 0 0 1 1 *",
          "@annually", "0 0 0 1 1 *",
          "@monthly", "0 0 0 1 * *",
          "@weekly", "0 0 0 * * 0",
          "@daily", "0 0 0 * * *",
          "@midnight", "0 0 0 * * *",
          "@hourly", "0 0 * * * *");

  private CronParser() {}

  static FireSearch parse(String text) {
    String stripped = text.strip();
    if (stripped.startsWith("@")) {
      throw macro(stripped);
    }
    Map<CronField, FieldValues> values = new EnumMap<>(CronField.class);
    Map<CronField, String> texts = fields(stripped);
    texts.forEach((field, fieldText) -> values.put(field, FieldParser.parse(field, fieldText)));
    WallTimes wallTimes =
        new WallTimes(
            new MatchingDates(
                values.get(CronField.DAY_OF_MONTH),
                values.get(CronField.MONTH),
                values.get(CronField.DAY_OF_WEEK)),
            new MatchingTimes(
                values.get(CronField.HOUR),
                values.get(CronField.MINUTE),
                values.get(CronField.SECOND)));
    String hour = texts.get(CronField.HOUR);
    return FieldParser.isWildcard(hour) || hour.contains("/")
        ? new ElapsedTimeSearch(wallTimes)
        : new FixedHourSearch(wallTimes);
  }

  private static Map<CronField, String> fields(String text) {
    List<String> given = SPACE.splitAsStream(text).filter(field -> !field.isEmpty()).toList();
    List<CronField> fields = List.of(CronField.values());
    int omitted = fields.size() - given.size();
    if (omitted != 0 && omitted != 1) {
      throw refused(
          "A cron expression has 6 fields ("
              + fields.stream().map(CronField::label).collect(Collectors.joining(", "))
              + "), or 5 without the second; found "
              + given.size()
              + " in '"
              + text
              + "'.");
    }
    Map<CronField, String> texts = new EnumMap<>(CronField.class);
    texts.put(CronField.SECOND, "0");
    for (int i = 0; i < given.size(); i++) {
      texts.put(fields.get(omitted + i), given.get(i));
    }
    return texts;
  }

  private static InvalidTriggerException macro(String text) {
    String expression = MACROS.get(text.toLowerCase(Locale.ROOT));
    return refused(
        expression == null
            ? "'" + text + "' is not supported; write a cron expression of 6 fields."
            : "'" + text + "' is not supported; write '" + expression + "'.");
  }

  private static InvalidTriggerException refused(String message) {
    return new InvalidTriggerException("cron", message);
  }
}
