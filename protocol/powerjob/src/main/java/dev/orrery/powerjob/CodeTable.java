package dev.orrery.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ProcessorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names and numbers of a PowerJob enum. Requests contain the names and answers the numbers, but
 * both are accepted everywhere.
 *
 * @param field the field of a job that has such a value
 * @param codes number by name
 */
record CodeTable(String field, Map<String, Integer> codes) {
  static final String API = "API";
  static final String CRON = "CRON";
  static final String FIXED_RATE = "FIXED_RATE";
  static final String FIXED_DELAY = "FIXED_DELAY";
  static final String WORKFLOW = "WORKFLOW";
  static final String DAILY_TIME_INTERVAL = "DAILY_TIME_INTERVAL";
  static final String EXTERNAL = "EXTERNAL";
  static final String HEALTH_FIRST = "HEALTH_FIRST";

  static final CodeTable TIME_EXPRESSION_TYPE =
      new CodeTable(
          "timeExpressionType",
          Map.of(
              API,
              1,
              CRON,
              2,
              FIXED_RATE,
              3,
              FIXED_DELAY,
              4,
              WORKFLOW,
              5,
              DAILY_TIME_INTERVAL,
              11));

  static final CodeTable EXECUTE_TYPE =
      new CodeTable(
          "executeType", Map.of("STANDALONE", 1, "BROADCAST", 2, "MAP_REDUCE", 3, "MAP", 4));

  static final CodeTable PROCESSOR_TYPE =
      new CodeTable("processorType", Map.of("BUILT_IN", 1, "SHELL", 2, "PYTHON", 3, EXTERNAL, 4));

  static final CodeTable DISPATCH_STRATEGY =
      new CodeTable(
          "dispatchStrategy",
          Map.of(HEALTH_FIRST, 1, "RANDOM", 2, ProcessorSpec.PowerJob.SPECIFY, 11));

  /** The state of a job: an enabled one is {@code 1}. */
  static final int ENABLED = 1;

  static final int DISABLED = 2;

  /**
   * Returns the name of a value; empty if there is none.
   *
   * @throws IllegalArgumentException if it is neither a name nor a number of this enum
   */
  Optional<String> name(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    for (Map.Entry<String, Integer> code : codes.entrySet()) {
      if (value.isTextual()
          ? value.textValue().equals(code.getKey())
          : value.isInt() && value.intValue() == code.getValue()) {
        return Optional.of(code.getKey());
      }
    }
    List<String> names = codes.keySet().stream().sorted().toList();
    throw new IllegalArgumentException(field + " must be one of " + String.join(", ", names));
  }

  /** Returns the number of a name; null for a name that PowerJob does not have. */
  Integer number(String name) {
    return codes.get(name);
  }
}
