package dev.orrery.scheduler.hint;

import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.message.AttemptRef;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/**
 * A notification that saves waiting. Correctness never depends on a hint: its content is in the
 * database, which every listener also queries periodically.
 */
public sealed interface Hint {

  /**
   * Instances became ready in these lanes.
   *
   * @param fresh whether all of them became due within {@link HintBus#JUST_NOW}
   */
  record LanesReady(Set<Integer> lanes, boolean fresh) implements Hint {}

  /** An instance or a trigger becomes due after this time, or sooner. */
  record DueIn(Duration time) implements Hint {}

  /** Blocked instances of these jobs may have become startable. */
  record Unblock(Set<Long> jobs) implements Hint {}

  /** Jobs were written: there may be new lanes and earlier fire times. */
  record JobsChanged() implements Hint {}

  /** The session that holds a running attempt must stop it. */
  record CancelRequested(UUID session, AttemptRef attempt) implements Hint {
    @Override
    public String toString() {
      return "CancelRequested[" + SessionHandle.of(session) + ", " + attempt + "]";
    }
  }

  /** A session has ended: it gets no more work, and its attempts are requeued. */
  record SessionEnded(UUID session) implements Hint {
    @Override
    public String toString() {
      return "SessionEnded[" + SessionHandle.of(session) + "]";
    }
  }

  /** Hints of other replicas may be lost: everything that they could announce must be queried. */
  record Resync() implements Hint {}
}
