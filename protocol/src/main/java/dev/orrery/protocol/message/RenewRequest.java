package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Renews the lease of the session and of all attempts that it holds.
 *
 * @param session of the handshake
 * @param held as in {@link PollRequest}
 * @param draining as in {@link PollRequest}
 * @param progress as in {@link PollRequest}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RenewRequest(
    @Bounded(max = MessageLimits.MAX_SESSION_LENGTH) String session,
    @Bounded(max = MessageLimits.MAX_HELD) List<AttemptRef> held,
    boolean draining,
    @Bounded(max = MessageLimits.MAX_PROGRESS_UPDATES, excess = Bounded.Excess.CUT)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<ProgressUpdate> progress) {

  public RenewRequest {
    held = held == null ? List.of() : List.copyOf(held);
    progress = progress == null ? List.of() : List.copyOf(progress);
  }

  public RenewRequest(String session, List<AttemptRef> held, boolean draining) {
    this(session, held, draining, List.of());
  }
}
