package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.base.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Defines the effect of a fire time while an instance of the job is active. */
@RegisterForReflection
public enum OverlapPolicy {
  /** The fire is stored as SKIPPED. */
  SKIP,
  /** The first fire waits until the active instances have ended; further fires are SKIPPED. */
  QUEUE_ONE,
  /** Each fire waits until all earlier instances have ended; at most 1,000 fires wait. */
  QUEUE_ALL,
  /** Instances run side by side. */
  ALLOW,
  /** Active instances are canceled, and the newest fire starts after their end. */
  CANCEL_RUNNING;

  /** Returns true if a fire may have to wait for the end of another instance. */
  boolean waits() {
    return switch (this) {
      case SKIP, ALLOW -> false;
      case QUEUE_ONE, QUEUE_ALL, CANCEL_RUNNING -> true;
    };
  }

  @JsonValue
  public String spelling() {
    return JsonFields.spelling(this);
  }
}
