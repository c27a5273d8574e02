package dev.orrery.scheduler.engine.submission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.ProblemException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;

/**
 * A request to run all fire times from one instant to another, both included.
 *
 * @param until null means now
 */
@RegisterForReflection
record BackfillRequest(Instant from, Instant until, BackfillOverlap overlap) {
  static final BackfillOverlap DEFAULT_OVERLAP = BackfillOverlap.QUEUE_ALL;

  static BackfillRequest read(JsonNode body) {
    JsonFields fields = JsonFields.ofBody(body);
    BackfillRequest request =
        new BackfillRequest(
            fields.instant("from").orElseThrow(() -> fields.invalid("from", "is missing")),
            fields.instant("until").orElse(null),
            fields.oneOf("overlap", BackfillOverlap.values()).orElse(DEFAULT_OVERLAP));
    fields.refuseUnknown();
    return request;
  }

  /**
   * Returns the end of the span.
   *
   * @param now the time on the database's clock
   * @param history how long ended instances are kept
   * @throws ProblemException {@code INVALID} if the span is empty, ends in the future or begins
   *     before the history
   */
  Instant boundedUntil(Instant now, Duration history) {
    Instant end = until == null ? now : until;
    if (end.isAfter(now)) {
      throw ProblemException.invalid(
          "until", "'until' must not be in the future: the trigger fires those times itself.");
    }
    if (!from.isBefore(end)) {
      throw ProblemException.invalid("from", "'from' must be before 'until'.");
    }
    if (from.isBefore(now.minus(history))) {
      throw ProblemException.invalid(
          "from",
          "'from' must be at most "
              + history
              + " ago (orrery.retention.history): older instances are deleted.");
    }
    return end;
  }

  /**
   * @param latestPruned the latest fire time of the job whose instance was deleted from the history
   * @throws ProblemException {@code INVALID} if the request begins at or before this fire time
   */
  void requireAfter(Instant latestPruned) {
    if (!from.isAfter(latestPruned)) {
      throw ProblemException.invalid(
          "from",
          "'from' must be after "
              + latestPruned
              + " (orrery.retention.history-per-job): what of this job ran until then is"
              + " forgotten.");
    }
  }
}
