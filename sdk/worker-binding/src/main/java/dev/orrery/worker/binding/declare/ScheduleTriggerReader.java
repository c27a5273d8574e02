package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.JobLimits;
import dev.orrery.trigger.DailyWindow;
import dev.orrery.trigger.ZoneNames;
import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.binding.declare.DeclaredTrigger.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the trigger of {@link OrrerySchedule}, and refuses values that the scheduler would refuse.
 */
final class ScheduleTriggerReader {
  private static final String CRON = "cron";
  private static final String EVERY = "every";
  private static final String DELAY = "delay";
  private static final String AT = "at";
  private static final String DIALECT = "dialect";
  private static final String WITHIN = "within";
  private static final String ZONE = "zone";
  private static final String FROM = "from";
  private static final String UNTIL = "until";
  private static final String JITTER = "jitter";

  private static final String TIME = "((?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?)";
  private static final Pattern WINDOW = Pattern.compile(TIME + "\\s*-\\s*" + TIME);

  private final ScheduleValues values;
  private final OrrerySchedule schedule;
  private final Optional<String> standardDialect;

  /**
   * @param standardDialect of cron expressions that name none; empty: they have no dialect
   */
  ScheduleTriggerReader(
      ScheduleValues values, OrrerySchedule schedule, Optional<String> standardDialect) {
    this.values = values;
    this.schedule = schedule;
    this.standardDialect = standardDialect;
  }

  /** Returns true if the annotation has a trigger, which may be switched off. */
  boolean hasTrigger() {
    return !kinds().isEmpty();
  }

  private Map<String, String> kinds() {
    Map<String, String> given = new LinkedHashMap<>();
    put(given, CRON, schedule.cron());
    put(given, EVERY, schedule.every());
    put(given, DELAY, schedule.delay());
    put(given, AT, schedule.at());
    return given;
  }

  private static void put(Map<String, String> given, String field, String text) {
    if (!text.isBlank()) {
      given.put(field, text);
    }
  }

  /** Returns the field {@code trigger}; empty if there is none, or it is switched off. */
  Optional<Map<String, Object>> read() {
    Map<String, String> kinds = kinds();
    if (kinds.isEmpty()) {
      refuseOptionsWithoutTrigger();
      return Optional.empty();
    }
    Map<String, String> known = new LinkedHashMap<>();
    kinds.forEach(
        (kind, raw) -> values.resolved(kind, raw).ifPresent(text -> known.put(kind, text)));
    boolean isOff = kinds.size() == 1 && known.containsValue(OrrerySchedule.OFF);
    return isOff || known.size() < kinds.size() ? Optional.empty() : Optional.of(trigger(known));
  }

  private void refuseOptionsWithoutTrigger() {
    Map<String, String> given = new LinkedHashMap<>();
    put(given, DIALECT, schedule.dialect());
    put(given, WITHIN, schedule.within());
    put(given, ZONE, schedule.zone());
    put(given, FROM, schedule.from());
    put(given, UNTIL, schedule.until());
    put(given, JITTER, schedule.jitter());
    if (!given.isEmpty()) {
      values.refuse(
          String.join(" and ", given.keySet())
              + " of @OrrerySchedule need a trigger. Set one of cron, every, delay and at, or leave"
              + " them out.");
    }
  }

  /**
   * @param kinds the fields that decide when it fires, of which the scheduler accepts one
   */
  private Map<String, Object> trigger(Map<String, String> kinds) {
    String cron = kinds.getOrDefault(CRON, "");
    int mistakesBefore = values.mistakes();
    DeclaredTrigger trigger =
        new DeclaredTrigger(
            cron(cron),
            dialect(cron),
            values.duration(EVERY, kinds.getOrDefault(EVERY, "")),
            window(),
            values.duration(DELAY, kinds.getOrDefault(DELAY, "")),
            values.instant(AT, kinds.getOrDefault(AT, "")),
            zone(),
            values.instant(FROM, schedule.from()),
            values.instant(UNTIL, schedule.until()),
            values.duration(JITTER, schedule.jitter()));
    if (values.mistakes() == mistakesBefore) {
      trigger.mistake().ifPresent(values::refuse);
    }
    return trigger.document();
  }

  private Optional<String> cron(String text) {
    if (text.length() > JobLimits.MAX_CRON) {
      values.refuse(
          "cron has "
              + text.length()
              + " characters and may have "
              + JobLimits.MAX_CRON
              + ". Write several jobs.");
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** A name such as {@code @daily} has one meaning in all of them. */
  private Optional<String> dialect(String cron) {
    if (schedule.dialect().isBlank()) {
      return cron.isEmpty() || cron.startsWith("@") ? Optional.empty() : standardDialect;
    }
    Optional<String> named = values.resolved(DIALECT, schedule.dialect());
    named
        .filter(name -> !CronDialect.NAMES.contains(name))
        .ifPresent(
            name ->
                values.refuse(
                    "there is no dialect '"
                        + name
                        + "'. Use "
                        + String.join(", ", CronDialect.NAMES)
                        + "."));
    return named;
  }

  private Optional<Window> window() {
    if (schedule.within().isBlank()) {
      if (schedule.days().length > 0) {
        values.refuse("days belong to within. Set it, such as 09:00-18:30, or leave them out.");
      }
      return Optional.empty();
    }
    return values.resolved(WITHIN, schedule.within()).flatMap(this::parsedWindow);
  }

  private Optional<Window> parsedWindow(String text) {
    Matcher times = WINDOW.matcher(text);
    if (!times.matches()) {
      values.refuse(
          "within is '" + text + "' and must be two local times, such as 09:00-18:30. Correct it.");
      return Optional.empty();
    }
    List<String> days = values.texts("days", schedule.days());
    for (String day : days) {
      if (!DailyWindow.DAY_NAMES.contains(day)) {
        values.refuse(
            "there is no day '" + day + "'. Use " + String.join(", ", DailyWindow.DAY_NAMES) + ".");
      }
    }
    return Optional.of(new Window(times.group(1), times.group(2), days));
  }

  private Optional<String> zone() {
    if (schedule.zone().isBlank()) {
      return Optional.empty();
    }
    Optional<String> zone = values.resolved(ZONE, schedule.zone());
    zone.filter(name -> !ZoneNames.contains(name))
        .ifPresent(
            name ->
                values.refuse(
                    "there is no zone '"
                        + name
                        + "'. Use a name such as Europe/Berlin."
                        + ZoneNames.advice(name)));
    return zone;
  }
}
