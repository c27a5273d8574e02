package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Asks for work; parked until there is some, or {@code waitMillis} is over, or a newer poll of the
 * same session arrives.
 *
 * @param session of the handshake
 * @param sequence rises by one with each poll of the session; a poll with an older one ends empty
 * @param free how many attempts the worker can take now, 0 to {@value MessageLimits#MAX_CAPACITY};
 *     0 is parked, too, for cancels
 * @param held all attempts of the worker, at most {@value MessageLimits#MAX_HELD}: buffered,
 *     running, and ended but not acknowledged by the response to a later poll. The scheduler
 *     delivers its attempts of this session again that are absent here
 * @param waitMillis milliseconds; the scheduler may respond earlier
 * @param draining true: no more work is taken, whatever {@code free} says
 * @param progress of attempts where it has changed, at most {@value
 *     MessageLimits#MAX_PROGRESS_UPDATES}; absent means none. Our SDK sends progress with renewals
 *     only, which are answered at once; the field is kept for workers that only poll
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PollRequest(
    @Bounded(max = MessageLimits.MAX_SESSION_LENGTH) String session,
    long sequence,
    int free,
    @Bounded(max = MessageLimits.MAX_HELD) List<AttemptRef> held,
    @JsonProperty("wait") long waitMillis,
    boolean draining,
    @Bounded(max = MessageLimits.MAX_PROGRESS_UPDATES, excess = Bounded.Excess.CUT)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<ProgressUpdate> progress) {

  public PollRequest {
    held = held == null ? List.of() : List.copyOf(held);
    progress = progress == null ? List.of() : List.copyOf(progress);
  }

  public PollRequest(
      String session,
      long sequence,
      int free,
      List<AttemptRef> held,
      long waitMillis,
      boolean draining) {
    this(session, sequence, free, held, waitMillis, draining, List.of());
  }
}
