package dev.orrery.scheduler.hint;

import dev.orrery.protocol.message.AttemptRef;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/**
 * News that saves waiting. A hint is never needed for correctness: what it says is in the database,
 * which is looked at once a second anyway.
 */
public sealed interface Hint {

  /**
   * Instances became ready in these lanes.
   *
   * @param fresh whether all of them became due just now
   */
  record LanesReady(Set<Integer> lanes, boolean fresh) implements Hint {}

  /** An instance or a trigger becomes due after this time, or sooner. */
  record DueIn(Duration time) implements Hint {}

  /** Blocked instances of these jobs may have to wait no longer. */
  record Unblock(Set<Long> jobs) implements Hint {}

  /** Jobs were written: there may be new lanes and earlier fire times. */
  record JobsChanged() implements Hint {}

  /** A running attempt is to be stopped by the session that holds it. */
  record CancelRequested(UUID session, AttemptRef attempt) implements Hint {}

  /** A session has ended: it gets no more work, and what it held is requeued. */
  record SessionEnded(UUID session) implements Hint {}

  /** Hints of other replicas may have been missed: whatever they could have said is looked at. */
  record LookAtEverything() implements Hint {}
}
