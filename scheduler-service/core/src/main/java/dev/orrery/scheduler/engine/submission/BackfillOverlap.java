package dev.orrery.scheduler.engine.submission;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.base.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** The overlap rule for the instances of a backfill. */
@RegisterForReflection
enum BackfillOverlap {
  /**
   * One after the other in the order of their fire times, after all instances that are already
   * active.
   */
  QUEUE_ALL,
  /** Side by side, up to the concurrency limit of the job. */
  ALLOW;

  @JsonValue
  String spelling() {
    return JsonFields.spelling(this);
  }
}
