package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.text.ResourceText;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.worker.annotation.Misfire;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.Overlap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Creates a job document from {@link OrrerySchedule}, and refuses mistakes. */
public final class ScheduleReader {
  private static final int WORKER_LOSSES = 3;
  private static final Pattern TOLERANCE = Pattern.compile("\\d{1,4}|10000|(100|[1-9]?[0-9])%");

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
    ScheduleValues values = new ScheduleValues(placeholders, refuse);
    String name =
        schedule.name().isBlank()
            ? processor
            : values.resolved("name", schedule.name()).orElse(processor);
    if (!ResourceText.isName(name)) {
      values.refuse("the name '" + name + "' is also that of a job, which " + ResourceText.RULE);
    }
    ScheduleTriggerReader triggers = new ScheduleTriggerReader(values, schedule, dialect);
    Optional<Map<String, Object>> trigger = triggers.read();
    if (triggers.hasTrigger() && trigger.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", name);
    ScheduleDescription.addTo(document, schedule, values);
    document.put("processor", processor(processor));
    trigger.ifPresent(value -> document.put("trigger", value));
    Map<String, Object> fanOut = fanOut(schedule, values);
    if (!fanOut.isEmpty()) {
      document.put("fanOut", fanOut);
    }
    if (!schedule.enabled()) {
      document.put("enabled", false);
    }
    if (schedule.overlap() != Overlap.SKIP) {
      document.put("overlap", name(schedule.overlap()));
    }
    if (schedule.misfire() != Misfire.FIRE_ONCE) {
      document.put("misfire", name(schedule.misfire()));
    }
    values
        .duration("catchUpWindow", schedule.catchUpWindow(), Duration.ZERO, JobLimits.MAX_CATCH_UP)
        .ifPresent(value -> document.put("catchUpWindow", value.toString()));
    values
        .duration("timeout", schedule.timeout(), JobLimits.MIN_TIMEOUT, JobLimits.MAX_TIMEOUT)
        .ifPresent(value -> document.put("timeout", value.toString()));
    Map<String, Object> retry = retry(schedule, values);
    if (!retry.isEmpty()) {
      document.put("retry", retry);
    }
    Map<String, Object> alerts = alerts(schedule, values);
    if (!alerts.isEmpty()) {
      document.put("alerts", alerts);
    }
    if (values.number("pauseAfter", schedule.pauseAfter(), 0, JobLimits.MAX_PAUSE_AFTER) > 0) {
      document.put("onFailure", Map.of("pauseAfter", schedule.pauseAfter()));
    }
    if (values.number("concurrency", schedule.concurrency(), 0, JobLimits.MAX_CONCURRENCY) > 0) {
      document.put("concurrency", schedule.concurrency());
    }
    document.put(
        "priority", values.number("priority", schedule.priority(), 0, JobLimits.MAX_PRIORITY));
    List<String> tags = values.names("requiredTags", schedule.requiredTags(), JobLimits.MAX_TAGS);
    if (!tags.isEmpty()) {
      document.put("requiredTags", tags);
    }
    Map<String, String> parameters = parameters(schedule.parameters(), values);
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

  private static Map<String, Object> fanOut(OrrerySchedule schedule, ScheduleValues values) {
    int shards = values.number("shards", schedule.shards(), 0, JobLimits.MAX_SHARDS);
    int parallelism =
        values.number("parallelism", schedule.parallelism(), 0, JobLimits.MAX_PARALLELISM);
    Optional<String> tolerate =
        values.resolved("tolerate", schedule.tolerate()).filter(text -> !text.isEmpty());
    tolerate
        .filter(text -> !TOLERANCE.matcher(text).matches())
        .ifPresent(
            text ->
                values.refuse(
                    "tolerate is '"
                        + text
                        + "' and must be a number of parts from 0 to "
                        + JobLimits.MAX_SHARDS
                        + ", or a percentage such as 5%. Correct it."));
    if (schedule.broadcast() && (shards > 0 || parallelism > 0)) {
      values.refuse(
          "broadcast has one part for each worker, all at once. Leave shards and parallelism out.");
    } else if (schedule.broadcast() && schedule.maxAttempts() > 1) {
      values.refuse(
          "a part of a broadcast runs on its own worker only, once. Leave maxAttempts out.");
    } else if (!schedule.broadcast() && shards == 0 && (parallelism > 0 || tolerate.isPresent())) {
      values.refuse("parallelism and tolerate belong to parts. Set shards or broadcast, too.");
    }
    Map<String, Object> fanOut = new LinkedHashMap<>();
    if (schedule.broadcast() || shards > 0) {
      fanOut.put("type", schedule.broadcast() ? "broadcast" : "shards");
      if (shards > 0) {
        fanOut.put("count", shards);
      }
      if (parallelism > 0) {
        fanOut.put("parallelism", parallelism);
      }
      tolerate.ifPresent(text -> fanOut.put("tolerate", text));
    }
    return fanOut;
  }

  private static Map<String, Object> retry(OrrerySchedule schedule, ScheduleValues values) {
    Map<String, Object> retry = new LinkedHashMap<>();
    if (values.number("maxAttempts", schedule.maxAttempts(), 1, JobLimits.MAX_ATTEMPTS) > 1) {
      retry.put("maxAttempts", schedule.maxAttempts());
    }
    values
        .duration("backoff", schedule.backoff(), Duration.ZERO, JobLimits.MAX_BACKOFF)
        .ifPresent(value -> retry.put("backoff", value.toString()));
    values
        .duration("maxBackoff", schedule.maxBackoff(), Duration.ZERO, JobLimits.MAX_BACKOFF)
        .ifPresent(value -> retry.put("maxBackoff", value.toString()));
    int losses =
        values.number(
            "maxWorkerLosses", schedule.maxWorkerLosses(), 0, JobLimits.MAX_WORKER_LOSSES);
    if (losses != WORKER_LOSSES) {
      retry.put("maxWorkerLosses", losses);
    }
    return retry;
  }

  private static Map<String, Object> alerts(OrrerySchedule schedule, ScheduleValues values) {
    Map<String, Object> alerts = new LinkedHashMap<>();
    values
        .duration(
            "noSuccessFor",
            schedule.noSuccessFor(),
            JobLimits.MIN_NO_SUCCESS,
            JobLimits.MAX_NO_SUCCESS)
        .ifPresent(value -> alerts.put("noSuccessFor", value.toString()));
    values
        .duration(
            "runsLongerThan",
            schedule.runsLongerThan(),
            JobLimits.MIN_SLOW_RUN,
            JobLimits.MAX_SLOW_RUN)
        .ifPresent(value -> alerts.put("runsLongerThan", value.toString()));
    return alerts;
  }

  private static Map<String, String> parameters(String[] raw, ScheduleValues values) {
    Map<String, String> parameters = new LinkedHashMap<>();
    int bytes = 0;
    for (String parameter : raw) {
      int end = parameter.indexOf('=');
      if (end < 1) {
        values.refuse(
            "the parameter '" + parameter + "' of @OrrerySchedule must have the form name=value.");
        continue;
      }
      String name = parameter.substring(0, end);
      if (!ResourceText.isName(name)) {
        values.refuse("the name of the parameter '" + name + "' " + ResourceText.RULE + ".");
      } else if (TraceParent.isReserved(name)) {
        values.refuse(
            "the parameter '" + name + "' has a reserved name. Choose one without orrery.");
      }
      // Null if it is not known before the start.
      String text = values.resolved("parameters", parameter.substring(end + 1)).orElse(null);
      bytes += name.length() + (text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length);
      boolean isTwice = parameters.containsKey(name);
      parameters.put(name, text);
      if (isTwice) {
        values.refuse("the parameter '" + name + "' is there twice. Keep one.");
      }
    }
    if (bytes > JobLimits.MAX_PARAMETER_BYTES) {
      values.refuse(
          "the parameters have "
              + bytes
              + " bytes and may have "
              + JobLimits.MAX_PARAMETER_BYTES
              + ". Pass a reference to the data.");
    }
    return parameters;
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
