package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * Ends the session. All attempts that it still holds are requeued at once; attempts in {@code
 * handedBack} use no retry and do not count as lost.
 *
 * @param session of the handshake
 * @param handedBack the attempts that the worker held and did not complete, at most {@value
 *     MessageLimits#MAX_HELD}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ByeRequest(
    @Bounded(max = MessageLimits.MAX_SESSION_LENGTH) String session,
    @Bounded(max = MessageLimits.MAX_HELD) List<AttemptRef> handedBack) {

  public ByeRequest {
    handedBack = handedBack == null ? List.of() : List.copyOf(handedBack);
  }
}
