package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.base.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Selects the missed fire times to catch up on after an outage of all replicas. */
@RegisterForReflection
public enum MisfirePolicy {
  SKIP,
  /** The latest fire time. */
  FIRE_ONCE,
  /** The latest 100 fire times, oldest first. */
  FIRE_ALL;

  @JsonValue
  public String spelling() {
    return JsonFields.spelling(this);
  }
}
