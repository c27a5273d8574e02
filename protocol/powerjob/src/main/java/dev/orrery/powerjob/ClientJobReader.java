package dev.orrery.powerjob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orrery.protocol.ProcessorSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a job from the body of PowerJob's call {@code saveJob}. Ignores fields that it does not
 * know, as PowerJob does, but refuses unsupported values that would change where or when the job
 * runs.
 */
public final class ClientJobReader {
  /** PowerJob's default, which no document repeats. */
  static final int CONCURRENCY = 5;

  /** Options that stay as they are if a request does not have them, as in PowerJob. */
  static final List<String> STICKY =
      List.of("alarmConfig", "logConfig", "advancedRuntimeConfig", "notifyUserIds");

  private static final ObjectMapper SORTING =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private final JsonNode body;

  private ClientJobReader(JsonNode body) {
    this.body = body;
  }

  /**
   * @throws IllegalArgumentException if a value is missing, wrong, or not supported; names the
   *     field
   */
  public static ClientJob read(JsonNode body) {
    if (!body.isObject()) {
      throw new IllegalArgumentException("the body must be a JSON object");
    }
    return new ClientJobReader(body).job();
  }

  /** Returns the id of the job to change; empty for a new one. */
  public static Optional<Long> id(JsonNode body) {
    JsonNode id = body.path("id");
    if (id.isMissingNode() || id.isNull()) {
      return Optional.empty();
    }
    if (!id.canConvertToLong() || !id.isIntegralNumber()) {
      throw new IllegalArgumentException("id must be the number of a job");
    }
    return Optional.of(id.longValue());
  }

  private ClientJob job() {
    String jobName = required("jobName");
    String processorInfo = required("processorInfo");
    String executeType = required(CodeTable.EXECUTE_TYPE);
    String processorType = required(CodeTable.PROCESSOR_TYPE);
    String type = required(CodeTable.TIME_EXPRESSION_TYPE);
    refuse(processorType.equals(CodeTable.EXTERNAL), RefusalTexts.EXTERNAL);
    refuseSelection();
    boolean fires = !type.equals(CodeTable.API) && !type.equals(CodeTable.WORKFLOW);
    JsonNode lifeCycle = body.path("lifeCycle");
    return new ClientJob(
        jobName,
        text(body.path("jobParams"), "jobParams"),
        type,
        fires ? expression(type) : null,
        fires ? instant(lifeCycle.path("start"), "lifeCycle.start") : null,
        fires ? instant(lifeCycle.path("end"), "lifeCycle.end") : null,
        executeType,
        processorType,
        processorInfo,
        number("maxInstanceNum", 0),
        Math.max(0, longNumber(body.path("instanceTimeLimit"), "instanceTimeLimit", 0)),
        number("instanceRetryNum", 0),
        body.path("enable").asBoolean(true),
        options(type));
  }

  /** A worker that meets the tags gets a run, whatever is free on its machine. */
  private void refuseSelection() {
    refuse(isSet("minCpuCores"), RefusalTexts.MIN_CPU_CORES);
    refuse(isSet("minMemorySpace"), RefusalTexts.MIN_MEMORY_SPACE);
    refuse(isSet("minDiskSpace"), RefusalTexts.MIN_DISK_SPACE);
  }

  private boolean isSet(String field) {
    JsonNode least = body.path(field);
    boolean isZero = least.isNumber() && least.decimalValue().compareTo(BigDecimal.ZERO) == 0;
    return !least.isMissingNode() && !least.isNull() && !isZero;
  }

  private String expression(String type) {
    String text = text(body.path("timeExpression"), "timeExpression");
    refuse(text == null || text.isBlank(), "timeExpression can't be empty for " + type);
    if (type.equals(CodeTable.CRON)) {
      return text.strip();
    }
    if (type.equals(CodeTable.DAILY_TIME_INTERVAL)) {
      DailyInterval interval = DailyInterval.read(text);
      requireLongEnough(interval.millis());
      return interval.expression();
    }
    long millis;
    try {
      millis = Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "timeExpression must be a number of milliseconds for " + type, e);
    }
    requireLongEnough(millis);
    return Long.toString(millis);
  }

  private static void requireLongEnough(long millis) {
    refuse(millis < RefusalTexts.SHORTEST_MILLIS, RefusalTexts.SHORT_INTERVAL);
  }

  private Map<String, String> options(String type) {
    Map<String, String> options = new LinkedHashMap<>();
    putNumber(options, ProcessorSpec.PowerJob.CONCURRENCY, CONCURRENCY);
    putNumber(options, ProcessorSpec.PowerJob.TASK_RETRY_NUM, 0);
    putNumber(options, ProcessorSpec.PowerJob.MAX_WORKER_COUNT, 0);
    for (String field : List.of("jobDescription", "extra", "tag")) {
      put(options, field, text(body.path(field), field));
    }
    for (String field :
        List.of("alarmConfig", ProcessorSpec.PowerJob.LOG_CONFIG, "advancedRuntimeConfig")) {
      put(options, field, object(field));
    }
    put(options, "notifyUserIds", users());
    CodeTable.DISPATCH_STRATEGY
        .name(body.path(CodeTable.DISPATCH_STRATEGY.field()))
        .filter(strategy -> !strategy.equals(CodeTable.HEALTH_FIRST))
        .ifPresent(strategy -> options.put(CodeTable.DISPATCH_STRATEGY.field(), strategy));
    for (String field :
        List.of(
            ProcessorSpec.PowerJob.DESIGNATED_WORKERS,
            ProcessorSpec.PowerJob.DISPATCH_STRATEGY_CONFIG)) {
      String selected = text(body.path(field), field);
      put(options, field, selected == null || selected.isBlank() ? null : selected);
    }
    if (type.equals(CodeTable.WORKFLOW)) {
      options.put(CodeTable.TIME_EXPRESSION_TYPE.field(), type);
    }
    return options;
  }

  private static void put(Map<String, String> options, String field, String value) {
    if (value != null) {
      options.put(field, value);
    }
  }

  private void putNumber(Map<String, String> options, String field, int standard) {
    int number = number(field, standard);
    if (number != standard) {
      options.put(field, Integer.toString(number));
    }
  }

  private String object(String field) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    refuse(!value.isObject(), field + " must be a JSON object");
    return sorted(value);
  }

  /** Servers and clients of PowerJob write the same object in different orders. */
  private static String sorted(JsonNode object) {
    try {
      return SORTING.writeValueAsString(SORTING.treeToValue(object, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** Returns the users as {@code 1,2}; an empty text for an empty list, null for none. */
  private String users() {
    JsonNode list = body.path("notifyUserIds");
    if (list.isMissingNode() || list.isNull()) {
      return null;
    }
    List<String> users = new ArrayList<>();
    for (JsonNode user : list) {
      refuse(
          !user.isIntegralNumber() || user.longValue() < 0,
          "notifyUserIds must be a list of the numbers of users");
      users.add(user.asText());
    }
    return String.join(",", users);
  }

  private String required(String field) {
    String text = text(body.path(field), field);
    refuse(text == null || text.isBlank(), field + " can't be empty");
    return text;
  }

  private String required(CodeTable table) {
    return table
        .name(body.path(table.field()))
        .orElseThrow(() -> new IllegalArgumentException(table.field() + " can't be empty"));
  }

  private static String text(JsonNode value, String field) {
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    refuse(!value.isTextual(), field + " must be a text");
    return value.textValue();
  }

  /** Reads a number of things; a negative one means none, as 0. */
  private int number(String field, int standard) {
    long number = longNumber(body.path(field), field, standard);
    refuse(number > Integer.MAX_VALUE, field + " must be at most " + Integer.MAX_VALUE);
    return (int) Math.max(0, number);
  }

  private static Long instant(JsonNode value, String field) {
    return value.isMissingNode() || value.isNull() ? null : longNumber(value, field, 0);
  }

  private static long longNumber(JsonNode value, String field, long standard) {
    if (value.isMissingNode() || value.isNull()) {
      return standard;
    }
    refuse(
        !value.isIntegralNumber() || !value.canConvertToLong(), field + " must be a whole number");
    return value.longValue();
  }

  private static void refuse(boolean refused, String reason) {
    if (refused) {
      throw new IllegalArgumentException(reason);
    }
  }
}
