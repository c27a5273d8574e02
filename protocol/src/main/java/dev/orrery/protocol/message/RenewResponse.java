package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The response to a renewal: the renewed lease, and the held attempts that were canceled or lost.
 *
 * @param leaseRemainingMillis milliseconds, counted from the moment the request was sent
 * @param cancels held attempts that the worker must stop and report
 * @param lost held attempts that no longer belong to this session; the worker must stop them and
 *     not report them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RenewResponse(
    @JsonProperty("leaseRemaining") long leaseRemainingMillis,
    List<AttemptRef> cancels,
    List<AttemptRef> lost) {

  public RenewResponse {
    cancels = cancels == null ? List.of() : List.copyOf(cancels);
    lost = lost == null ? List.of() : List.copyOf(lost);
  }
}
