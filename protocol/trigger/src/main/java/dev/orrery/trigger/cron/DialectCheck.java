package dev.orrery.trigger.cron;

import static dev.orrery.trigger.cron.CronField.DAY_OF_MONTH;
import static dev.orrery.trigger.cron.CronField.DAY_OF_WEEK;

import dev.orrery.trigger.InvalidTriggerException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Refuses cron expressions that name no dialect and have different meanings in two dialects. */
final class DialectCheck {
  private DialectCheck() {}

  /**
   * @throws InvalidTriggerException naming the field, its meanings and the fix
   */
  static void requireOneMeaning(CronText text) {
    if (text.restricts(DAY_OF_MONTH) && text.restricts(DAY_OF_WEEK)) {
      throw bothDays(
          text,
          "both are restricted. In Unix either must match, in Spring both, in Quartz that has no"
              + " meaning. Set 'dialect' to unix or spring, or write * in one of them.");
    }
    if (text.withoutSecond()) {
      return;
    }
    Map<DayField, List<String>> meanings = meanings(text.get(DAY_OF_WEEK));
    if (meanings.size() > 1) {
      throw new InvalidTriggerException(
          "cron",
          "Cron field 'day of week' is '"
              + text.get(DAY_OF_WEEK)
              + "': dialects read it differently; it is "
              + meanings.entrySet().stream()
                  .map(
                      meaning ->
                          meaning.getKey().text()
                              + " in "
                              + String.join(" and ", meaning.getValue()))
                  .collect(Collectors.joining(", but "))
              + ". Write names of days, or set 'dialect' to quartz, unix or spring.");
    }
  }

  static InvalidTriggerException bothDays(CronText text, String reason) {
    return new InvalidTriggerException(
        "cron",
        "Cron fields 'day of month' is '"
            + text.get(DAY_OF_MONTH)
            + "' and 'day of week' is '"
            + text.get(DAY_OF_WEEK)
            + "': "
            + reason);
  }

  private static Map<DayField, List<String>> meanings(String dayOfWeek) {
    Map<DayField, List<String>> meanings = new LinkedHashMap<>();
    for (CronDialect dialect : CronDialect.values()) {
      meaning(dayOfWeek, dialect)
          .ifPresent(
              meaning ->
                  meanings
                      .computeIfAbsent(meaning, none -> new ArrayList<>())
                      .add(dialect.label()));
    }
    return meanings;
  }

  /** Returns the meaning in a dialect; empty if the dialect refuses the field. */
  private static Optional<DayField> meaning(String dayOfWeek, CronDialect dialect) {
    try {
      return Optional.of(DayPatternParser.parse(DAY_OF_WEEK, dayOfWeek, dialect));
    } catch (InvalidTriggerException refused) {
      return Optional.empty();
    }
  }
}
