package dev.orrery.powerjob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The time expression of PowerJob's DAILY_TIME_INTERVAL: a fixed rate during a part of each day.
 *
 * @param millis the interval
 * @param days 1 is Monday; empty for every day
 */
record DailyInterval(long millis, LocalTime start, LocalTime end, List<Integer> days) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();
  private static final List<String> NAMES =
      List.of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");
  private static final DateTimeFormatter READ =
      DateTimeFormatter.ofPattern("H:m:s").withResolverStyle(ResolverStyle.STRICT);
  private static final DateTimeFormatter WRITTEN = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final String INTERVAL = "interval";
  private static final String UNIT = "intervalUnit";
  private static final String START = "startTimeOfDay";
  private static final String END = "endTimeOfDay";
  private static final String DAYS = "daysOfWeek";
  private static final int MILLIS_PER_SECOND = 1000;

  /** All days are none, so that equal intervals are equal. */
  DailyInterval {
    days = days.stream().distinct().sorted().toList();
    days = days.size() == NAMES.size() ? List.of() : days;
  }

  /**
   * Reads an expression, in which an end before the start is on the next day.
   *
   * @throws IllegalArgumentException if a value is missing or wrong; names the field
   */
  static DailyInterval read(String expression) {
    JsonNode fields = object(expression);
    String interval = fields.path(INTERVAL).asText();
    try {
      return new DailyInterval(
          unit(fields.path(UNIT)).toMillis(Long.parseLong(interval)),
          time(fields, START),
          time(fields, END),
          stream(fields.path(DAYS)).map(DailyInterval::day).toList());
    } catch (NumberFormatException e) {
      throw invalid(INTERVAL, "a whole number", interval, e);
    }
  }

  /** Returns the interval of a trigger {@code every} with a window. */
  static DailyInterval of(JsonNode trigger) {
    JsonNode window = trigger.path("within");
    return new DailyInterval(
        Duration.parse(trigger.path("every").asText()).toMillis(),
        LocalTime.parse(window.path("from").asText()),
        LocalTime.parse(window.path("to").asText()),
        stream(window.path("days")).map(day -> NAMES.indexOf(day.asText()) + 1).toList());
  }

  /** Returns the expression, which is the same for equal intervals. */
  String expression() {
    boolean isSeconds = millis % MILLIS_PER_SECOND == 0;
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put(INTERVAL, isSeconds ? millis / MILLIS_PER_SECOND : millis);
    fields.put(UNIT, (isSeconds ? TimeUnit.SECONDS : TimeUnit.MILLISECONDS).name());
    fields.put(START, WRITTEN.format(start)).put(END, WRITTEN.format(end));
    days.forEach(day -> fields.withArray("/" + DAYS).add(day));
    return fields.toString();
  }

  void write(ObjectNode trigger, String zone) {
    trigger.put("every", Duration.ofMillis(millis).toString()).put("zone", zone);
    ObjectNode window = trigger.putObject("within");
    window.put("from", start.toString()).put("to", end.toString());
    days.forEach(day -> window.withArray("/days").add(NAMES.get(day - 1)));
  }

  private static JsonNode object(String expression) {
    String expected =
        "timeExpression must be a JSON object with interval, startTimeOfDay and"
            + " endTimeOfDay for DAILY_TIME_INTERVAL";
    try {
      JsonNode fields = JSON.readTree(expression);
      if (fields.isObject()) {
        return fields;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(expected, e);
    }
    throw new IllegalArgumentException(expected);
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static TimeUnit unit(JsonNode unit) {
    List<TimeUnit> units = List.of(TimeUnit.values());
    return unit.isMissingNode() || unit.isNull()
        ? TimeUnit.SECONDS
        : units.stream()
            .filter(one -> one.name().equals(unit.asText()))
            .findFirst()
            .orElseThrow(() -> invalid(UNIT, "one of " + units, unit.asText(), null));
  }

  private static LocalTime time(JsonNode fields, String field) {
    String text = fields.path(field).asText();
    try {
      return LocalTime.parse(text, READ);
    } catch (DateTimeException e) {
      throw invalid(field, "a time such as 18:30:00", text, e);
    }
  }

  private static int day(JsonNode day) {
    int number = day.asInt();
    if (number < 1 || number > NAMES.size()) {
      throw invalid(DAYS, "numbers from 1, Monday, to 7", day.asText(), null);
    }
    return number;
  }

  private static IllegalArgumentException invalid(
      String field, String expected, String text, Exception cause) {
    return new IllegalArgumentException(
        field + " of timeExpression must be " + expected + "; got '" + text + "'", cause);
  }
}
