package dev.orrery.scheduler.job.document;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Selects the effect of a fire time while an instance of the job is active. */
@RegisterForReflection
public enum OverlapPolicy {
  /** The fire is stored as SKIPPED. */
  SKIP,
  /** The first waits until what is active has ended, further ones are SKIPPED. */
  QUEUE_ONE,
  /** Each waits until all that came before it has ended; at most 1,000 of them. */
  QUEUE_ALL,
  /** Instances run side by side. */
  ALLOW,
  /** What is active is canceled, and the newest starts once that has ended. */
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
