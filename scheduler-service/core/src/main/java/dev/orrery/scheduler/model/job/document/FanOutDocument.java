package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.base.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * How an instance of a job is divided into parts.
 *
 * @param count the number of shards; null for a broadcast
 * @param parallelism the maximum number of shards that wait or run at once; null for a broadcast
 * @param tolerate how many parts may fail
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record FanOutDocument(
    Type type, Integer count, Integer parallelism, PartTolerance tolerate) {
  /** What the parts are. */
  @RegisterForReflection
  public enum Type {
    /** A fixed number of parts, which any matching worker runs. */
    SHARDS,
    /** One part for each worker that matches at the start. */
    BROADCAST;

    @JsonValue
    public String spelling() {
      return JsonFields.spelling(this);
    }
  }

  public boolean broadcasts() {
    return type == Type.BROADCAST;
  }
}
