package dev.orrery.scheduler.job;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Which of the fires that were missed, because no scheduler was there, are made up for. */
@RegisterForReflection
public enum MisfirePolicy {
  SKIP,
  /** The latest one. */
  FIRE_ONCE,
  /** The latest 100, oldest first. */
  FIRE_ALL;

  @JsonValue
  public String spelling() {
    return JsonFields.spelling(this);
  }
}
