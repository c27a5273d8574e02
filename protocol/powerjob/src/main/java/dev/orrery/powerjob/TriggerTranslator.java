package dev.orrery.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Translates between the time expression of a PowerJob job and a trigger. A trigger {@code at} has
 * no counterpart and reads as no trigger.
 */
final class TriggerTranslator {
  private static final String TRIGGER = "trigger";
  private static final String EVERY = "every";
  private static final String DELAY = "delay";
  private static final String CRON = "cron";
  private static final String WITHIN = "within";

  /** What a changed trigger keeps if it still fires by a cron expression. */
  private static final List<String> OF_CRON = List.of("zone", "dialect");

  private static final Map<String, String> FIELDS =
      Map.of(CodeTable.CRON, CRON, CodeTable.FIXED_RATE, EVERY, CodeTable.FIXED_DELAY, DELAY);

  private TriggerTranslator() {}

  /** Writes the trigger of the job, and keeps what PowerJob has no word for. */
  static void write(ClientJob job, ObjectNode document, String zone) {
    String type = job.timeExpressionType();
    String field = FIELDS.get(type);
    boolean isDaily = type.equals(CodeTable.DAILY_TIME_INTERVAL);
    if (field == null && !isDaily) {
      document.remove(TRIGGER);
      return;
    }
    JsonNode before = document.path(TRIGGER);
    ObjectNode trigger = JsonNodeFactory.instance.objectNode();
    if (before.hasNonNull("jitter")) {
      trigger.set("jitter", before.get("jitter"));
    }
    if (isDaily) {
      DailyInterval.read(job.timeExpression()).write(trigger, before.path("zone").asText(zone));
    } else if (field.equals(CRON)) {
      writeCron(job.timeExpression(), before, trigger, zone);
    } else {
      Duration interval = Duration.ofMillis(Long.parseLong(job.timeExpression()));
      trigger.put(field, interval.toString());
    }
    writeBound(trigger, "from", job.start());
    writeBound(trigger, "until", job.end());
    document.set(TRIGGER, trigger);
  }

  private static void writeCron(String cron, JsonNode before, ObjectNode trigger, String zone) {
    trigger.put(CRON, cron).put("zone", before.path("zone").asText(zone));
    if (cron.equals(before.path(CRON).asText())) {
      OF_CRON.stream()
          .filter(before::hasNonNull)
          .forEach(field -> trigger.set(field, before.get(field)));
    } else {
      trigger.put("dialect", "quartz");
    }
  }

  private static void writeBound(ObjectNode trigger, String field, Long millis) {
    if (millis != null) {
      trigger.put(field, Instant.ofEpochMilli(millis).toString());
    }
  }

  /** Returns the type of a trigger; empty if PowerJob would not fire such a job. */
  static Optional<String> type(JsonNode trigger) {
    if (trigger.hasNonNull(WITHIN)) {
      return Optional.of(CodeTable.DAILY_TIME_INTERVAL);
    }
    return FIELDS.entrySet().stream()
        .filter(field -> trigger.hasNonNull(field.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Returns the time expression of a trigger; null if it has none. */
  static String expression(JsonNode trigger) {
    if (trigger.hasNonNull(CRON)) {
      return trigger.get(CRON).asText();
    }
    if (trigger.hasNonNull(WITHIN)) {
      return DailyInterval.of(trigger).expression();
    }
    JsonNode interval = trigger.hasNonNull(EVERY) ? trigger.get(EVERY) : trigger.path(DELAY);
    return interval.isTextual()
        ? Long.toString(Duration.parse(interval.asText()).toMillis())
        : null;
  }

  /**
   * Returns a bound in milliseconds since 1970; null if it is open, or there is no such trigger.
   */
  static Long bound(JsonNode trigger, String field) {
    return type(trigger).isPresent() && trigger.hasNonNull(field)
        ? Instant.parse(trigger.get(field).asText()).toEpochMilli()
        : null;
  }
}
