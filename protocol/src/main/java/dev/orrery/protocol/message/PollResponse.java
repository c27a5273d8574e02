package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Work, cancels and a renewed lease.
 *
 * @param attempts to run; one that the worker already knows is to be ignored
 * @param cancels held attempts that are to be stopped; may name one again until it is reported
 * @param leaseRemainingMillis milliseconds; counted from the moment the poll was <em>sent</em>,
 *     since the answer may have been long under way
 * @param drain true: the scheduler wants this worker to end its session
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PollResponse(
    List<Assignment> attempts,
    List<AttemptRef> cancels,
    @JsonProperty("leaseRemaining") long leaseRemainingMillis,
    boolean drain) {

  public PollResponse {
    attempts = attempts == null ? List.of() : List.copyOf(attempts);
    cancels = cancels == null ? List.of() : List.copyOf(cancels);
  }
}
