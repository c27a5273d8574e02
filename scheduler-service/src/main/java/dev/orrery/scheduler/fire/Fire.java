package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.instance.EndReason;
import java.time.Instant;

/** The outcome of one fire time, or of several missed ones. */
sealed interface Fire {

  /**
   * An instance is made.
   *
   * @param dueAt the fire time, moved by the jitter
   * @param waitsForPredecessors it waits until all that was active before it has ended
   */
  record Start(Instant fireTime, Instant dueAt, boolean waitsForPredecessors) implements Fire {}

  /** Left out, since an instance of the job is active. */
  record Overlapped(Instant fireTime, EndReason reason) implements Fire {}

  /** Canceled before it could start, because a newer fire replaces it. */
  record Replaced(Instant fireTime) implements Fire {}

  /**
   * Missed, and not caught up.
   *
   * @param latest the last of them
   * @param count how many, at most {@link DueFireTimes#MAX_COUNTED}
   */
  record Missed(Instant latest, int count) implements Fire {}
}
