package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * The agreement, which opens a session.
 *
 * @param session unguessable; names the session in every later message
 * @param version the API version that both sides use in this session; absent means 1
 * @param leaseRemainingMillis milliseconds, counted from the moment the request was sent
 * @param pollWaitMillis how long, in milliseconds, a poll should ask to be parked
 * @param renewIntervalMillis how often, in milliseconds, the worker renews its lease
 * @param serverTime the time on the database's clock, only to show the clock skew
 * @param softwareVersion the scheduler's software version
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record HandshakeResponse(
    String session,
    int version,
    @JsonProperty("leaseRemaining") long leaseRemainingMillis,
    @JsonProperty("pollWait") long pollWaitMillis,
    @JsonProperty("renewInterval") long renewIntervalMillis,
    Instant serverTime,
    String softwareVersion) {

  public HandshakeResponse {
    version = version == 0 ? 1 : version;
  }
}
