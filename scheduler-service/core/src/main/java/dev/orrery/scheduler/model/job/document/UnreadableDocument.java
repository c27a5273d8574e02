package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Builds a document from the readable parts of an unreadable one. */
final class UnreadableDocument {
  /** Replaces an unknown processor. This release sends its instances to no worker. */
  private static final ProcessorSpec PROCESSOR = new ProcessorSpec.Java("unreadable");

  /** Leaves the decision about the last attempt to a release that can read the policy. */
  private static final RetryDocument RETRY =
      new RetryDocument(
          JobLimits.MAX_ATTEMPTS,
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          JobLimits.MAX_WORKER_LOSSES);

  private UnreadableDocument() {}

  static JobDocument of(JsonNode stored) {
    JsonFields fields = JsonFields.ofBody(stored.isObject() ? stored : null);
    return new JobDocument(
        stored.path("name").asText(),
        JobDescription.NONE,
        null,
        PROCESSOR,
        null,
        Map.of(),
        JobDocumentReader.DEFAULT_OVERLAP,
        JobDocumentReader.DEFAULT_MISFIRE,
        JobDocumentReader.DEFAULT_CATCH_UP,
        retry(stored.path("retry")),
        null,
        part(() -> fields.integer("priority", 0, JobLimits.MAX_PRIORITY))
            .orElse(JobDocumentReader.DEFAULT_PRIORITY),
        null,
        List.of(),
        null,
        null,
        stored.path("enabled").asBoolean(true));
  }

  private static RetryDocument retry(JsonNode stored) {
    if (stored.isMissingNode() || stored.isNull()) {
      return RetryReader.DEFAULT;
    }
    return part(() -> Optional.of(RetryReader.read(JsonFields.of("retry", stored)))).orElse(RETRY);
  }

  private static <T> Optional<T> part(Supplier<Optional<T>> part) {
    try {
      return part.get();
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }
}
