package dev.orrery.scheduler.extras.statistics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The number of ended instances per bucket of time. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "EndCounts", description = "Ended instances by the time of their end and by state.")
@RegisterForReflection
public record EndCountsView(
    @Schema(description = "Start of the first bucket.") Instant from,
    @Schema(description = "End of the last bucket.") Instant until,
    @Schema(description = "Length of a bucket.") Duration bucket,
    @Schema(description = "All buckets of the span, in order.") List<Bucket> items,
    @Schema(
            description = "Lateness of the whole span; absent if nothing started, and for one job.",
            nullable = true)
        Lateness lateness) {

  /** The ends of one bucket. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "EndCountBucket", description = "Instances that ended within a span of time.")
  @RegisterForReflection
  public record Bucket(
      @Schema(description = "Start of the bucket.") Instant start,
      @Schema(description = "Number of ends by state; a state without ends is absent.")
          Map<String, Long> counts,
      @Schema(
              description = "Lateness within the bucket; absent as that of the whole span.",
              nullable = true)
          Lateness lateness) {}

  /** Percentiles of the time from due to start. */
  @Schema(
      name = "EndLateness",
      description =
          "Milliseconds from the due time of an instance to the start of its last attempt, right"
              + " within a tenth.")
  @RegisterForReflection
  public record Lateness(
      @Schema(description = "Half of the instances started within this time.", minimum = "0")
          long p50Millis,
      @Schema(description = "99 of 100 instances started within this time.", minimum = "0")
          long p99Millis) {}
}
