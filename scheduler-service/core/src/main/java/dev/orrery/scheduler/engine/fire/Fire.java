package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.model.instance.EndReason;
import java.time.Instant;

/** The outcome of one fire time, or of several missed ones. */
sealed interface Fire {

  /**
   * A fire that creates an instance.
   *
   * @param dueAt the fire time plus the jitter
   * @param waitsForPredecessors whether it waits until all earlier instances of the job have ended
   */
  record Start(Instant fireTime, Instant dueAt, boolean waitsForPredecessors) implements Fire {}

  /** A fire that is skipped because an instance of the job is active. */
  record Overlapped(Instant fireTime, EndReason reason) implements Fire {}

  /** A fire that is canceled before its start, because a newer one replaces it. */
  record Replaced(Instant fireTime) implements Fire {}

  /**
   * Fire times that were missed and are not caught up.
   *
   * @param latest the last of them
   * @param count the number of fire times, at most {@link DueFireTimes#MAX_COUNTED}
   */
  record Missed(Instant latest, int count) implements Fire {}
}
