package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.job.JobVersion;
import java.time.Instant;

/**
 * A trigger that is due, locked. Instants count by the database's clock.
 *
 * @param job the current version of its job
 * @param nextFireAt the first fire time that has not been dealt with; what lay before an edit or an
 *     enabling was never planned, so it is not missed either
 * @param anchorAt what a fixed rate counts its periods from
 */
record DueTrigger(JobVersion job, Instant nextFireAt, Instant anchorAt) {

  /** Returns true if it comes after those on time, as the statement that locks it says. */
  boolean isLate(Instant now) {
    return !nextFireAt.isAfter(MisfireRule.missedBefore(now));
  }
}
