package dev.orrery.scheduler.trigger.cron;

import dev.orrery.scheduler.trigger.InvalidTriggerException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A cron expression, cut into its fields.
 *
 * @param written how many fields were written
 * @param fields all fields: the second is 0 and the year a wildcard where they were left out
 */
record CronText(int written, Map<CronField, String> fields) {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private static final int WITHOUT_SECOND = 5;
  private static final int WITHOUT_YEAR = 6;
  private static final int WITH_YEAR = 7;

  CronText {
    fields = Map.copyOf(fields);
  }

  /**
   * @throws InvalidTriggerException if it does not have 5 to 7 fields and is not a macro
   */
  static CronText of(String text) {
    String stripped = text.strip();
    String expression = CronMacros.isMacro(stripped) ? CronMacros.expand(stripped) : stripped;
    List<String> given = SPACE.splitAsStream(expression).filter(field -> !field.isEmpty()).toList();
    int offset =
        switch (given.size()) {
          case WITHOUT_SECOND -> 1;
          case WITHOUT_YEAR, WITH_YEAR -> 0;
          default ->
              throw new InvalidTriggerException(
                  "cron",
                  "A cron expression has 5 fields (minute, hour, day of month, month, day of week),"
                      + " 6 with the second before them, or 7 with the year behind them; found "
                      + given.size()
                      + " in '"
                      + text
                      + "'.");
        };
    Map<CronField, String> fields = new EnumMap<>(CronField.class);
    fields.put(CronField.SECOND, "0");
    fields.put(CronField.YEAR, "*");
    List<CronField> order = List.of(CronField.values());
    for (int i = 0; i < given.size(); i++) {
      fields.put(order.get(i + offset), given.get(i));
    }
    return new CronText(given.size(), fields);
  }

  String get(CronField field) {
    return fields.get(field);
  }

  /** Only Unix writes five fields. */
  boolean withoutSecond() {
    return written == WITHOUT_SECOND;
  }

  boolean restricts(CronField field) {
    return !FieldParser.isWildcard(get(field));
  }
}
