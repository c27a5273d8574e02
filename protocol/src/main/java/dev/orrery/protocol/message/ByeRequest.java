package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * Ends the session. All that it still holds is requeued at once; what is named in {@code
 * handedBack} uses no retry and is not counted as a loss.
 *
 * @param session of the handshake
 * @param handedBack what the worker had and did not run to its end
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ByeRequest(String session, List<AttemptRef> handedBack) {

  public ByeRequest {
    handedBack = handedBack == null ? List.of() : List.copyOf(handedBack);
  }
}
