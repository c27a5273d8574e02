package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** How many parts may fail without failing their parent: a number, or a percentage of all. */
@RegisterForReflection
public record PartTolerance(int number, boolean percent) {
  static final PartTolerance NONE = new PartTolerance(0, false);

  /** Returns the number of parts out of this many; a percentage is rounded down. */
  public int of(int parts) {
    return percent ? (int) ((long) parts * number / 100) : Math.min(number, parts);
  }

  @JsonValue
  public String text() {
    return percent ? number + "%" : Integer.toString(number);
  }
}
