package dev.orrery.scheduler.job;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.json.Fields;

/** What a trigger's fire does while an instance of the job is active. */
public enum OverlapPolicy {
  /** The fire is stored as SKIPPED. */
  SKIP,
  QUEUE_ONE,
  QUEUE_ALL,
  /** Instances run side by side. */
  ALLOW,
  CANCEL_RUNNING;

  @JsonValue
  public String spelling() {
    return Fields.spelling(this);
  }
}
