package dev.orrery.trigger.cron;

import dev.orrery.trigger.InvalidTriggerException;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cron expression split into fields.
 *
 * @param written the number of fields in the text
 * @param fields all fields; a missing second is 0, and a missing year is a wildcard
 */
record CronText(int written, Map<CronField, String> fields) {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private static final Pattern ZONE_VARIABLE = Pattern.compile("(?i:CRON_TZ|TZ)=(?<zone>.*)");
  private static final Pattern PLACE = Pattern.compile("[A-Za-z]+/[A-Za-z]{4}[A-Za-z_/+-]*");

  /** Java copies the names at each question. */
  private static final Set<String> ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());

  private static final int WITHOUT_SECOND = 5;
  private static final int WITHOUT_YEAR = 6;
  private static final int WITH_YEAR = 7;

  CronText {
    fields = Map.copyOf(fields);
  }

  /**
   * @throws InvalidTriggerException if the text is not a macro and does not have 5 to 7 fields
   */
  static CronText of(String text) {
    String stripped = text.strip();
    refuseZone(stripped);
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

  /**
   * Refuses a zone in the expression. Crontabs write it before the fields, other schedulers after
   * them.
   */
  private static void refuseZone(String text) {
    List<String> words = SPACE.splitAsStream(text).toList();
    String first = words.get(0);
    String last = words.get(words.size() - 1);
    Matcher assignment = ZONE_VARIABLE.matcher(first);
    String zone;
    if (assignment.matches()) {
      zone = assignment.group("zone");
    } else if (isZone(first)) {
      zone = first;
    } else if (isZone(last)) {
      zone = last;
    } else {
      return;
    }
    throw new InvalidTriggerException(
        "cron",
        "The cron expression '"
            + text
            + "' has the zone '"
            + zone
            + "'. Leave it out, and write it in the field 'zone' of the trigger.");
  }

  private static boolean isZone(String word) {
    return PLACE.matcher(word).matches() || ZONES.contains(word);
  }

  String get(CronField field) {
    return fields.get(field);
  }

  boolean withoutSecond() {
    return written == WITHOUT_SECOND;
  }

  boolean restricts(CronField field) {
    return !FieldParser.isWildcard(get(field));
  }
}
