package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * Renews the lease of all that the session holds.
 *
 * @param session of the handshake
 * @param held as in {@link PollRequest}
 * @param draining as in {@link PollRequest}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RenewRequest(String session, List<AttemptRef> held, boolean draining) {

  public RenewRequest {
    held = held == null ? List.of() : List.copyOf(held);
  }
}
