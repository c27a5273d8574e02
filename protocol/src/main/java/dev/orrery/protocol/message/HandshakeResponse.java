package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * The response to a successful handshake: the agreement and the new session.
 *
 * @param session unguessable; names the session in every later message
 * @param version the API version of this session; absent means 1
 * @param leaseRemainingMillis milliseconds, counted from the moment the request was sent
 * @param pollWaitMillis the recommended wait of a poll, in milliseconds
 * @param renewIntervalMillis the interval of lease renewals, in milliseconds
 * @param serverTime the time of the database's clock, only used to show the clock skew
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
