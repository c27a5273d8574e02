package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The response to a poll: attempts to run, attempts to cancel, and a renewed lease.
 *
 * @param attempts to run; the worker must ignore one that it already has
 * @param cancels held attempts that the worker must stop; may name one again until it is reported
 * @param leaseRemainingMillis milliseconds; counted from the moment the poll was <em>sent</em>,
 *     because the response may be slow
 * @param drain true: the worker must end its session. Our scheduler never sets it, because the
 *     sessions of a stopping replica move to another one; it is kept so that a later scheduler can
 *     send workers away
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
