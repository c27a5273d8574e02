package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.JobLimits;
import dev.orrery.scheduler.base.json.JsonFields;
import java.time.Duration;

/** Reads the field {@code retry} of a job document. */
final class RetryReader {

  /** The defaults, for a document without {@code retry} and for absent fields. */
  static final RetryDocument DEFAULT =
      new RetryDocument(1, Duration.ofSeconds(10), Duration.ofMinutes(10), 3);

  private RetryReader() {}

  static RetryDocument read(JsonFields fields) {
    RetryDocument retry =
        new RetryDocument(
            fields.integer("maxAttempts", 1, JobLimits.MAX_ATTEMPTS).orElse(DEFAULT.maxAttempts()),
            backoff(fields, "backoff", DEFAULT.backoff()),
            backoff(fields, "maxBackoff", DEFAULT.maxBackoff()),
            fields
                .integer("maxWorkerLosses", 0, JobLimits.MAX_WORKER_LOSSES)
                .orElse(DEFAULT.maxWorkerLosses()));
    fields.refuseUnknown();
    return retry;
  }

  private static Duration backoff(JsonFields fields, String name, Duration standard) {
    return fields.duration(name, Duration.ZERO, JobLimits.MAX_BACKOFF).orElse(standard);
  }
}
