package dev.orrery.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The filters of PowerJob's call {@code queryJob}; a job must match all of them. */
public final class JobQuery {
  /** The longest pattern of a filter, which is compared with every job. */
  private static final int MAX_PATTERN = 255;

  private static final int MAX_VALUES = 1000;

  /** The app of the client, which decides about the jobs before any filter. */
  private static final String APP = "appIdEq";

  private static final Map<String, Filter> FILTERS =
      Map.ofEntries(
          Map.entry("idEq", equal("id")),
          Map.entry("idLt", less("id")),
          Map.entry("idGt", greater("id")),
          Map.entry("jobNameEq", equal("jobName")),
          Map.entry("jobNameLike", like("jobName")),
          Map.entry("jobDescriptionLike", like("jobDescription")),
          Map.entry("jobParamsLike", like("jobParams")),
          Map.entry("timeExpressionTypeIn", in("timeExpressionType")),
          Map.entry("executeTypeIn", in("executeType")),
          Map.entry("processorTypeIn", in("processorType")),
          Map.entry("processorInfoEq", equal("processorInfo")),
          Map.entry("processorInfoLike", like("processorInfo")),
          Map.entry("statusIn", in("status")),
          Map.entry("nextTriggerTimeGt", greater("nextTriggerTime")),
          Map.entry("nextTriggerTimeLt", less("nextTriggerTime")),
          Map.entry("notifyUserIdsLike", like("notifyUserIds")),
          Map.entry("gmtCreateLt", less("gmtCreate")),
          Map.entry("gmtCreateGt", greater("gmtCreate")),
          Map.entry("gmtModifiedLt", less("gmtModified")),
          Map.entry("gmtModifiedGt", greater("gmtModified")),
          Map.entry("dispatchStrategyEq", equal("dispatchStrategy")),
          Map.entry("tagEq", equal("tag")));

  private final List<Predicate<JsonNode>> conditions;

  private JobQuery(List<Predicate<JsonNode>> conditions) {
    this.conditions = conditions;
  }

  private interface Filter {
    Predicate<JsonNode> with(String name, JsonNode value);
  }

  /** Returns the query that every job matches. */
  public static JobQuery all() {
    return new JobQuery(List.of());
  }

  /**
   * @throws IllegalArgumentException if a filter is unknown or has a wrong value: without it, the
   *     answer would have jobs that the client did not ask for
   */
  public static JobQuery read(JsonNode body) {
    List<Predicate<JsonNode>> conditions = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      String name = field.getKey();
      if (field.getValue().isNull() || name.equals(APP)) {
        continue;
      }
      Filter filter = FILTERS.get(name);
      if (filter == null) {
        throw new IllegalArgumentException("queryJob has no filter " + name);
      }
      conditions.add(filter.with(name, field.getValue()));
    }
    return new JobQuery(conditions);
  }

  /**
   * @param info a job as {@link ClientJobWriter#info} writes it
   */
  public boolean matches(JsonNode info) {
    return conditions.stream().allMatch(condition -> condition.test(info));
  }

  private static Filter equal(String field) {
    return (name, value) -> {
      String wanted = value.asText();
      return info -> info.hasNonNull(field) && info.get(field).asText().equals(wanted);
    };
  }

  private static Filter in(String field) {
    return (name, value) -> {
      if (!value.isArray() || value.size() > MAX_VALUES) {
        throw new IllegalArgumentException(
            name + " must be a list of at most " + MAX_VALUES + " numbers");
      }
      Set<String> wanted = new HashSet<>();
      value.forEach(number -> wanted.add(number.asText()));
      return info -> info.hasNonNull(field) && wanted.contains(info.get(field).asText());
    };
  }

  /** Matches a part of the text, in any place, as PowerJob does; with {@code %} and {@code _}. */
  private static Filter like(String field) {
    return (name, value) -> {
      if (!value.isTextual() || value.textValue().length() > MAX_PATTERN) {
        throw new IllegalArgumentException(
            name + " must be a text of at most " + MAX_PATTERN + " characters");
      }
      LikePattern pattern = LikePattern.anywhere(value.textValue());
      return info -> info.hasNonNull(field) && pattern.matches(info.get(field).asText());
    };
  }

  private static Filter less(String field) {
    return (name, value) -> {
      long bound = number(name, value);
      return info -> info.hasNonNull(field) && number(field, info.get(field)) < bound;
    };
  }

  private static Filter greater(String field) {
    return (name, value) -> {
      long bound = number(name, value);
      return info -> info.hasNonNull(field) && number(field, info.get(field)) > bound;
    };
  }

  /** Returns a number, or the milliseconds of a time. */
  private static long number(String name, JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    try {
      return ClientTimeText.parse(value.asText()).toEpochMilli();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          name + " must be a number, or a time such as 2027-01-01T00:00:00.000+00:00", e);
    }
  }
}
