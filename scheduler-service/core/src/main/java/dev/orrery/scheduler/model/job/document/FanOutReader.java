package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.json.JsonFields;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the field {@code fanOut} of a job document. */
final class FanOutReader {
  static final String FAN_OUT = "fanOut";
  static final int MAX_COUNT = JobLimits.MAX_SHARDS;
  static final int MAX_PARALLELISM = JobLimits.MAX_PARALLELISM;
  static final int DEFAULT_PARALLELISM = 500;
  static final String PERCENT = "(100|[1-9]?[0-9])%";

  private static final Pattern PERCENT_FORM = Pattern.compile(PERCENT);
  private static final String TOLERATE = "tolerate";

  private FanOutReader() {}

  static FanOutDocument read(JsonFields fields) {
    fields.requirePresent("type");
    Optional<FanOutDocument.Type> type = fields.oneOf("type", FanOutDocument.Type.values());
    Optional<Integer> count = fields.integer("count", 1, MAX_COUNT);
    Optional<Integer> parallelism = fields.integer("parallelism", 1, MAX_PARALLELISM);
    Optional<PartTolerance> tolerate = fields.attempt(() -> tolerance(fields));
    type.ifPresent(known -> requireFieldsOf(known, fields));
    fields.refuseUnknown();
    fields.requireNoError();
    // A missing type has thrown.
    return new FanOutDocument(
        type.orElseThrow(),
        count.orElse(null),
        type.get() == FanOutDocument.Type.SHARDS ? parallelism.orElse(DEFAULT_PARALLELISM) : null,
        tolerate.orElse(PartTolerance.NONE));
  }

  private static void requireFieldsOf(FanOutDocument.Type type, JsonFields fields) {
    switch (type) {
      case SHARDS -> fields.requirePresent("count");
      case BROADCAST -> {
        if (!fields.isStored()) {
          refuse(fields, "count", "each matching worker gets one part");
          refuse(fields, "parallelism", "all parts start at once");
        }
      }
    }
  }

  private static void refuse(JsonFields fields, String name, String reason) {
    if (fields.has(name)) {
      fields.refuse(name, "must be absent with type broadcast: " + reason);
    }
  }

  private static PartTolerance tolerance(JsonFields fields) {
    Optional<String> written = fields.textOrNumber(TOLERATE);
    if (written.isEmpty()) {
      return PartTolerance.NONE;
    }
    String text = written.get();
    if (PERCENT_FORM.matcher(text).matches()) {
      return new PartTolerance(Integer.parseInt(text.substring(0, text.length() - 1)), true);
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= MAX_COUNT) {
        return new PartTolerance(number, false);
      }
    } catch (NumberFormatException e) {
      // Refused below, together with numbers out of bounds.
    }
    throw fields.invalid(
        TOLERATE,
        "must be a number of parts from 0 to " + MAX_COUNT + ", or a percentage as \"5%\"");
  }

  /** Refuses the fields that a job with parts cannot have. */
  static void check(JobDocument document, JsonFields fields) {
    FanOutDocument fanOut = document.fanOut();
    if (fanOut == null) {
      return;
    }
    if (document.processor() instanceof ProcessorSpec.PowerJob) {
      fields.refuse(FAN_OUT, "must be absent for a PowerJob processor, which reads no shards");
    }
    for (String name : ShardParameters.NAMES) {
      if (document.parameters().containsKey(name)) {
        fields.refuse("parameters." + name, "must be absent with fanOut, which sets it");
      }
    }
    if (fanOut.broadcasts() && document.retry().maxAttempts() > 1) {
      fields.refuse(
          "retry.maxAttempts",
          "must be 1 with fanOut of type broadcast: a part runs on its own worker only");
    }
  }
}
