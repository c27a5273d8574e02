package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.text.DurationText;
import dev.orrery.protocol.text.ResourceText;
import dev.orrery.worker.annotation.Misfire;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.Overlap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a job document of {@link OrrerySchedule}, and refuses mistakes. */
public final class ScheduleReader {
  private static final String CRON = "cron";
  private static final String AT = "at";
  private static final String DIALECT = "dialect";
  private static final String WITHIN = "within";
  private static final String TIME = "((?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?)";
  private static final Pattern WINDOW = Pattern.compile(TIME + "\\s*-\\s*" + TIME);
  private static final List<String> DAYS = List.of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");

  private static final int MAX_ATTEMPTS = 1000;
  private static final int MAX_PRIORITY = 9;

  private static final List<String> DIALECTS = List.of("quartz", "unix", "spring");
  private static final int MAX_WORKER_LOSSES = 1000;
  private static final int WORKER_LOSSES = 3;

  private final UnaryOperator<String> placeholders;
  private final Optional<String> dialect;
  private final Consumer<String> refuse;

  /**
   * @param placeholders replaces placeholders; throws an {@code IllegalArgumentException}, or
   *     returns null for a text that is not known yet, which is not checked
   * @param dialect of cron expressions that name none; empty: they have no dialect
   * @param refuse takes each mistake, as a sentence with the fix
   */
  public ScheduleReader(
      UnaryOperator<String> placeholders, Optional<String> dialect, Consumer<String> refuse) {
    this.placeholders = placeholders;
    this.dialect = dialect;
    this.refuse = refuse;
  }

  /**
   * Returns the job; empty if it is switched off, or its trigger is refused.
   *
   * @param processor its name, and that of a job without one
   */
  public Optional<JobDeclaration> read(String processor, OrrerySchedule schedule) {
    String name =
        schedule.name().isBlank() ? processor : resolved("name", schedule.name()).orElse(processor);
    if (!ResourceText.isName(name)) {
      refuse.accept("the name '" + name + "' is also that of a job, which " + ResourceText.RULE);
    }
    Map<String, String> triggers = triggers(schedule);
    Optional<Map<String, Object>> trigger = trigger(schedule, triggers);
    if (!triggers.isEmpty() && trigger.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", name);
    document.put("processor", processor(processor));
    trigger.ifPresent(value -> document.put("trigger", value));
    if (!schedule.enabled()) {
      document.put("enabled", false);
    }
    if (schedule.overlap() != Overlap.SKIP) {
      document.put("overlap", name(schedule.overlap()));
    }
    if (schedule.misfire() != Misfire.FIRE_ONCE) {
      document.put("misfire", name(schedule.misfire()));
    }
    duration("catchUpWindow", schedule.catchUpWindow(), document);
    duration("timeout", schedule.timeout(), document);
    retry(schedule).ifPresent(value -> document.put("retry", value));
    if (number("concurrency", schedule.concurrency(), 0, Integer.MAX_VALUE) > 0) {
      document.put("concurrency", schedule.concurrency());
    }
    document.put("priority", number("priority", schedule.priority(), 0, MAX_PRIORITY));
    if (schedule.requiredTags().length > 0) {
      document.put("requiredTags", texts("requiredTags", schedule.requiredTags()));
    }
    Map<String, String> parameters = parameters(schedule.parameters());
    if (!parameters.isEmpty()) {
      document.put("parameters", parameters);
    }
    return Optional.of(new JobDeclaration(document));
  }

  private static Map<String, Object> processor(String name) {
    Map<String, Object> processor = new LinkedHashMap<>();
    processor.put("type", "java");
    processor.put("name", name);
    return processor;
  }

  private static Map<String, String> triggers(OrrerySchedule schedule) {
    Map<String, String> given = new LinkedHashMap<>();
    put(given, CRON, schedule.cron());
    put(given, "every", schedule.every());
    put(given, "delay", schedule.delay());
    put(given, AT, schedule.at());
    return given;
  }

  /** Returns the trigger; empty if there is none, or it is switched off or refused. */
  private Optional<Map<String, Object>> trigger(
      OrrerySchedule schedule, Map<String, String> given) {
    if (given.size() > 1) {
      refuse.accept("@OrrerySchedule has " + String.join(" and ", given.keySet()) + ". Keep one.");
      return Optional.empty();
    }
    if (given.isEmpty()) {
      refuseOfNoTrigger(schedule);
      return Optional.empty();
    }
    Map.Entry<String, String> only = given.entrySet().iterator().next();
    String kind = only.getKey();
    Optional<String> text = resolved(kind, only.getValue());
    if (text.isEmpty() || text.get().equals(OrrerySchedule.OFF)) {
      return Optional.empty();
    }
    Map<String, Object> trigger = new LinkedHashMap<>();
    if (kind.equals(CRON)) {
      CronShape.mistake(text.get())
          .ifPresent(
              mistake ->
                  refuse.accept(
                      "the cron expression '" + text.get() + "' " + mistake + ". Correct it."));
      trigger.put(kind, text.get());
      dialect(schedule, text.get()).ifPresent(value -> trigger.put(DIALECT, value));
    } else if (kind.equals(AT)) {
      instant(kind, only.getValue(), trigger);
    } else {
      duration(kind, only.getValue(), trigger);
    }
    within(schedule, kind).ifPresent(window -> trigger.put(WITHIN, window));
    zone(schedule, kind).ifPresent(zone -> trigger.put("zone", zone));
    instant("from", schedule.from(), trigger);
    instant("until", schedule.until(), trigger);
    duration("jitter", schedule.jitter(), trigger);
    if (!kind.equals(CRON) && !schedule.dialect().isBlank()) {
      refuse.accept("a dialect belongs to cron, and not to " + kind + ". Leave it out.");
    }
    return Optional.of(trigger);
  }

  private void refuseOfNoTrigger(OrrerySchedule schedule) {
    Map<String, String> given = new LinkedHashMap<>();
    put(given, DIALECT, schedule.dialect());
    put(given, WITHIN, schedule.within());
    put(given, "zone", schedule.zone());
    put(given, "from", schedule.from());
    put(given, "until", schedule.until());
    put(given, "jitter", schedule.jitter());
    if (!given.isEmpty()) {
      refuse.accept(
          String.join(" and ", given.keySet())
              + " of @OrrerySchedule need a trigger. Set one of cron, every, delay and at, or leave"
              + " them out.");
    }
  }

  /** A name such as {@code @daily} has one meaning in all of them. */
  private Optional<String> dialect(OrrerySchedule schedule, String cron) {
    if (schedule.dialect().isBlank()) {
      return cron.startsWith("@") ? Optional.empty() : dialect;
    }
    Optional<String> named = resolved(DIALECT, schedule.dialect());
    named
        .filter(name -> !DIALECTS.contains(name))
        .ifPresent(
            name ->
                refuse.accept(
                    "there is no dialect '"
                        + name
                        + "'. Use "
                        + String.join(", ", DIALECTS)
                        + "."));
    return named;
  }

  private void instant(String field, String raw, Map<String, Object> to) {
    if (raw.isBlank()) {
      return;
    }
    resolved(field, raw)
        .ifPresent(
            text -> {
              try {
                to.put(field, Instant.parse(text).toString());
              } catch (DateTimeException e) {
                refuse.accept(
                    field
                        + " is '"
                        + text
                        + "' and must be an instant such as 2027-01-31T09:00:00Z. Correct it.");
              }
            });
  }

  private static void put(Map<String, String> given, String kind, String text) {
    if (!text.isBlank()) {
      given.put(kind, text);
    }
  }

  private Optional<Map<String, Object>> within(OrrerySchedule schedule, String kind) {
    if (schedule.within().isBlank()) {
      if (schedule.days().length > 0) {
        refuse.accept("days belong to within. Set it, such as 09:00-18:30, or leave them out.");
      }
      return Optional.empty();
    }
    if (!kind.equals("every")) {
      refuse.accept("within belongs to every, and not to " + kind + ". Leave it out.");
      return Optional.empty();
    }
    return resolved(WITHIN, schedule.within()).flatMap(text -> window(text, schedule.days()));
  }

  private Optional<Map<String, Object>> window(String text, String[] rawDays) {
    Matcher times = WINDOW.matcher(text);
    if (!times.matches()) {
      refuse.accept(
          "within is '" + text + "' and must be two local times, such as 09:00-18:30. Correct it.");
      return Optional.empty();
    }
    Map<String, Object> window = new LinkedHashMap<>();
    window.put("from", times.group(1));
    window.put("to", times.group(2));
    if (rawDays.length > 0) {
      window.put("days", days(rawDays));
    }
    return Optional.of(window);
  }

  private List<String> days(String[] raw) {
    List<String> days = texts("days", raw);
    days.stream()
        .filter(day -> !DAYS.contains(day))
        .forEach(
            day ->
                refuse.accept(
                    "there is no day '" + day + "'. Use " + String.join(", ", DAYS) + "."));
    return days;
  }

  private Optional<String> zone(OrrerySchedule schedule, String kind) {
    if (schedule.zone().isBlank()) {
      return Optional.empty();
    }
    if (!kind.equals(CRON) && schedule.within().isBlank()) {
      refuse.accept("a zone belongs to cron or within, and not to " + kind + ". Leave it out.");
      return Optional.empty();
    }
    Optional<String> zone = resolved("zone", schedule.zone());
    zone.filter(name -> !ZoneId.getAvailableZoneIds().contains(name))
        .ifPresent(
            name ->
                refuse.accept(
                    "there is no zone '" + name + "'. Use a name such as Europe/Berlin."));
    return zone;
  }

  private Optional<Map<String, Object>> retry(OrrerySchedule schedule) {
    Map<String, Object> retry = new LinkedHashMap<>();
    if (number("maxAttempts", schedule.maxAttempts(), 1, MAX_ATTEMPTS) > 1) {
      retry.put("maxAttempts", schedule.maxAttempts());
    }
    duration("backoff", schedule.backoff(), retry);
    duration("maxBackoff", schedule.maxBackoff(), retry);
    if (number("maxWorkerLosses", schedule.maxWorkerLosses(), 0, MAX_WORKER_LOSSES)
        != WORKER_LOSSES) {
      retry.put("maxWorkerLosses", schedule.maxWorkerLosses());
    }
    return retry.isEmpty() ? Optional.empty() : Optional.of(retry);
  }

  private void duration(String field, String raw, Map<String, Object> to) {
    if (raw.isBlank()) {
      return;
    }
    Optional<String> text = resolved(field, raw);
    if (text.isEmpty()) {
      return;
    }
    try {
      Duration duration = DurationText.parse(text.get());
      to.put(field, duration.toString());
    } catch (DateTimeException e) {
      refuse.accept(
          field
              + " is '"
              + text.get()
              + "' and must be "
              + DurationText.EXPECTED
              + ". Correct it.");
    }
  }

  private int number(String field, int value, int min, int max) {
    if (value < min || value > max) {
      refuse.accept(
          field
              + " is "
              + value
              + " and must be "
              + (max == Integer.MAX_VALUE ? "at least " + min : "from " + min + " to " + max)
              + ". Correct it.");
    }
    return value;
  }

  private List<String> texts(String field, String[] raw) {
    List<String> texts = new ArrayList<>();
    for (String text : raw) {
      resolved(field, text).ifPresent(texts::add);
    }
    return texts;
  }

  private Map<String, String> parameters(String[] raw) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : raw) {
      int end = parameter.indexOf('=');
      if (end < 1) {
        refuse.accept(
            "the parameter '" + parameter + "' of @OrrerySchedule must have the form name=value.");
        continue;
      }
      String name = parameter.substring(0, end);
      String text = resolved("parameters", parameter.substring(end + 1)).orElse("");
      if (parameters.put(name, text) != null) {
        refuse.accept("the parameter '" + name + "' is there twice. Keep one.");
      }
    }
    return parameters;
  }

  private Optional<String> resolved(String field, String text) {
    try {
      return Optional.ofNullable(placeholders.apply(text)).map(String::strip);
    } catch (IllegalArgumentException e) {
      refuse.accept(
          field
              + " is '"
              + text
              + "', and its placeholder is not set ("
              + e.getMessage()
              + "). Set it, or give it a default: ${key:default}.");
      return Optional.empty();
    }
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
