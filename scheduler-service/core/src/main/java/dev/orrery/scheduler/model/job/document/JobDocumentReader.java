package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.DocumentChange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads a job document and fills in the defaults, which only the readers define. */
public final class JobDocumentReader {
  static final Duration DEFAULT_CATCH_UP = Duration.ofHours(1);
  static final int DEFAULT_PRIORITY = 5;
  static final OverlapPolicy DEFAULT_OVERLAP = OverlapPolicy.SKIP;
  static final MisfirePolicy DEFAULT_MISFIRE = MisfirePolicy.FIRE_ONCE;

  /** The field for the next fire times in the response to a dry run. */
  static final String FIRE_TIMES = "fireTimes";

  private JobDocumentReader() {}

  /**
   * Reads a document of a user.
   *
   * @param name of the path; a name in the document must be equal
   * @throws ProblemException with the name of the first invalid field and a list of all errors
   */
  public static JobDocument read(String name, JsonNode body) {
    JsonFields fields =
        JsonFields.collecting(body)
            .ignoring("status")
            .ignoring(FIRE_TIMES)
            .ignoring(DocumentChange.FIELDS);
    fields.attempt(() -> name(name, fields));
    JobDocument document = readWritten(name, fields);
    fields.throwErrors();
    return document;
  }

  /**
   * Reads one of several documents of a body. The document must contain its name.
   *
   * @param fields collects the errors; the document is incomplete if there are any
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
    HeaderMask.refuse(document.processor(), fields);
    ParameterRules.refuseReserved(document.parameters(), "parameters", fields);
    FanOutReader.check(document, fields);
    FlowReader.check(document, fields);
    fields.refuseUnknown();
    return document;
  }

  /**
   * Reads a stored document. Ignores unknown fields of newer releases, and bounds that the writing
   * release did not have.
   */
  static JobDocument readStored(JsonNode document) {
    JsonFields fields = JsonFields.ofStored(document);
    return read(fields.requiredText("name"), fields);
  }

  /** Reads the fields of a stored document that the column {@code fire_rule} has. */
  static FireRule readFireRule(JsonNode rule) {
    JsonFields fields = JsonFields.ofStored(rule);
    TriggerReader.Read trigger =
        fields.requiredObject("trigger", "{every: 5m}").map(TriggerReader::readBoth).orElseThrow();
    return new FireRule(
        trigger.document(),
        trigger.trigger(),
        overlap(fields),
        misfire(fields),
        catchUpWindow(fields),
        null);
  }

  private static OverlapPolicy overlap(JsonFields fields) {
    return fields.oneOf("overlap", OverlapPolicy.values()).orElse(DEFAULT_OVERLAP);
  }

  private static MisfirePolicy misfire(JsonFields fields) {
    return fields.oneOf("misfire", MisfirePolicy.values()).orElse(DEFAULT_MISFIRE);
  }

  private static Duration catchUpWindow(JsonFields fields) {
    return fields
        .duration("catchUpWindow", Duration.ZERO, JobLimits.MAX_CATCH_UP)
        .orElse(DEFAULT_CATCH_UP);
  }

  private static JobDocument read(String name, JsonFields fields) {
    Optional<ProcessorSpec> processor =
        part(fields.requiredObject("processor", "{type: noop}"), ProcessorReader::read);
    Optional<TriggerDocument> trigger =
        part(fields.object("trigger", "{every: 5m}"), TriggerReader::read);
    return new JobDocument(
        name,
        DescriptionReader.read(fields),
        trigger.orElse(null),
        processor.orElse(null),
        part(fields.object(FanOutReader.FAN_OUT, "{type: shards, count: 8}"), FanOutReader::read)
            .orElse(null),
        fields.attempt(() -> ParameterRules.read(fields)).orElse(Map.of()),
        overlap(fields),
        misfire(fields),
        catchUpWindow(fields),
        part(fields.object("retry", "{maxAttempts: 3}"), RetryReader::read)
            .orElse(RetryReader.DEFAULT),
        fields.duration("timeout", JobLimits.MIN_TIMEOUT, JobLimits.MAX_TIMEOUT).orElse(null),
        fields.integer("priority", 0, JobLimits.MAX_PRIORITY).orElse(DEFAULT_PRIORITY),
        fields.integer("concurrency", 1, JobLimits.MAX_CONCURRENCY).orElse(null),
        fields.attempt(() -> tags(fields)).orElse(List.of()),
        part(fields.object("alerts", "{noSuccessFor: 26h}"), AlertsReader::readAlerts)
            .filter(AlertsReader::tell)
            .orElse(null),
        part(fields.object("onFailure", "{pauseAfter: 3}"), AlertsReader::readOnFailure)
            .orElse(null),
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

  private static List<String> tags(JsonFields fields) {
    List<String> tags = fields.texts("requiredTags").orElse(List.of());
    if (tags.size() > JobLimits.MAX_TAGS) {
      throw fields.invalid("requiredTags", "must name at most " + JobLimits.MAX_TAGS + " tags");
    }
    for (int i = 0; i < tags.size(); i++) {
      ResourceName.require(fields.pathOf("requiredTags[" + i + "]"), tags.get(i));
    }
    return tags.stream().distinct().sorted().toList();
  }
}
