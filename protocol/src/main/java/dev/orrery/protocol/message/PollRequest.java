package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Asks for work. The poll is parked until work or a cancel is available, {@code waitMillis} has
 * passed, or a newer poll of the session arrives.
 *
 * @param session of the handshake
 * @param sequence increases by one with each poll of the session; a poll with a lower number gets
 *     an empty response
 * @param free how many attempts the worker can take now, 0 to {@value MessageLimits#MAX_CAPACITY};
 *     a poll with 0 is parked for cancels
 * @param held all attempts of the worker, at most {@value MessageLimits#MAX_HELD}: buffered,
 *     running, and ended but not acknowledged by the response to a later poll. The scheduler
 *     redelivers attempts of this session that are missing here
 * @param waitMillis the maximum wait in milliseconds; the scheduler may respond earlier
 * @param draining true: the worker takes no more work, even if {@code free} is not 0
 * @param progress of attempts whose progress has changed, at most {@value
 *     MessageLimits#MAX_PROGRESS_UPDATES}; absent means no change. Our SDK sends progress only with
 *     renewals, which get a response at once; the field is kept for workers that only poll
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
