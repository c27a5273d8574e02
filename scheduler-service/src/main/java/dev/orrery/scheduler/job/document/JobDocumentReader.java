package dev.orrery.scheduler.job.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.json.JsonFields;
import dev.orrery.scheduler.json.ResourceName;
import dev.orrery.scheduler.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads a job document and fills in the defaults; the one place that knows them. */
public final class JobDocumentReader {
  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(30);
  private static final Duration LONGEST_BACKOFF = Duration.ofDays(30);
  private static final Duration LONGEST_CATCH_UP = Duration.ofDays(366);
  private static final int MAX_TAGS = 20;
  private static final int MAX_CONCURRENCY = 10_000;

  private JobDocumentReader() {}

  /**
   * Reads a document that a person wrote.
   *
   * @param name of the path; a name in the document must be equal
   * @throws ProblemException naming the field at fault, with a list of all mistakes
   */
  public static JobDocument read(String name, JsonNode body) {
    JsonFields fields = JsonFields.collecting(body).ignoring("status");
    fields.attempt(() -> name(name, fields));
    JobDocument document = readWritten(name, fields);
    fields.throwMistakes();
    return document;
  }

  /**
   * Reads one of several documents of a body, which states its name.
   *
   * @param fields collects the mistakes; with any, the document is incomplete
   */
  public static JobDocument readNamed(JsonFields fields) {
    fields.ignoring("status");
    String name =
        fields
            .attempt(() -> ResourceName.require(fields.pathOf("name"), fields.requiredText("name")))
            .orElse("");
    return readWritten(name, fields);
  }

  private static JobDocument readWritten(String name, JsonFields fields) {
    JobDocument document = read(name, fields);
    PlaceholderRule.check(document.processor(), fields);
    fields.refuseUnknown();
    return document;
  }

  /** Reads a document that was stored; fields of a newer version are ignored. */
  static JobDocument readStored(JsonNode document) {
    JsonFields fields = JsonFields.ofBody(document);
    return read(fields.requiredText("name"), fields);
  }

  private static JobDocument read(String name, JsonFields fields) {
    Optional<ProcessorSpec> processor =
        part(fields.requiredObject("processor"), ProcessorReader::read);
    Optional<TriggerDocument> trigger = part(fields.object("trigger"), TriggerReader::read);
    return new JobDocument(
        name,
        trigger.orElse(null),
        processor.orElse(null),
        fields.attempt(() -> ParameterRules.read(fields)).orElse(Map.of()),
        fields.oneOf("overlap", OverlapPolicy.values()).orElse(OverlapPolicy.SKIP),
        fields.oneOf("misfire", MisfirePolicy.values()).orElse(MisfirePolicy.FIRE_ONCE),
        duration(fields, "catchUpWindow", Duration.ZERO, LONGEST_CATCH_UP)
            .orElse(Duration.ofHours(1)),
        part(fields.object("retry"), JobDocumentReader::retry).orElse(RetryPolicy.DEFAULT),
        duration(fields, "timeout", Duration.ofSeconds(1), LONGEST_TIMEOUT).orElse(null),
        fields.integer("priority", 0, 9).orElse(5),
        fields.integer("concurrency", 1, MAX_CONCURRENCY).orElse(null),
        fields.attempt(() -> tags(fields)).orElse(List.of()),
        fields.flag("enabled").orElse(true));
  }

  private static String name(String name, JsonFields fields) {
    Optional<String> written = fields.text("name");
    ResourceName.require("name", name);
    if (written.filter(other -> !other.equals(name)).isPresent()) {
      throw fields.invalid("name", "must be absent, or the name in the path");
    }
    return name;
  }

  private static <T> Optional<T> part(Optional<JsonFields> part, Function<JsonFields, T> reader) {
    return part.flatMap(fields -> fields.attempt(() -> reader.apply(fields)));
  }

  private static RetryPolicy retry(JsonFields fields) {
    RetryPolicy standard = RetryPolicy.DEFAULT;
    RetryPolicy retry =
        new RetryPolicy(
            fields.integer("maxAttempts", 1, 1000).orElse(standard.maxAttempts()),
            duration(fields, "backoff", Duration.ZERO, LONGEST_BACKOFF).orElse(standard.backoff()),
            duration(fields, "maxBackoff", Duration.ZERO, LONGEST_BACKOFF)
                .orElse(standard.maxBackoff()),
            fields.integer("maxWorkerLosses", 0, 1000).orElse(standard.maxWorkerLosses()));
    fields.refuseUnknown();
    return retry;
  }

  private static Optional<Duration> duration(
      JsonFields fields, String name, Duration least, Duration most) {
    return fields
        .duration(name)
        .flatMap(duration -> fields.attempt(() -> within(fields, name, duration, least, most)));
  }

  private static Duration within(
      JsonFields fields, String name, Duration duration, Duration least, Duration most) {
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      throw fields.invalid(name, "must be from " + least + " to " + most);
    }
    return duration;
  }

  private static List<String> tags(JsonFields fields) {
    List<String> tags = fields.texts("requiredTags").orElse(List.of());
    if (tags.size() > MAX_TAGS) {
      throw fields.invalid("requiredTags", "must name at most " + MAX_TAGS + " tags");
    }
    for (int i = 0; i < tags.size(); i++) {
      ResourceName.require(fields.pathOf("requiredTags[" + i + "]"), tags.get(i));
    }
    return tags.stream().distinct().sorted().toList();
  }
}
