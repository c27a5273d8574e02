package dev.orrery.scheduler.model.job.upcoming;

import dev.orrery.trigger.Trigger;
import java.time.Instant;
import java.util.Optional;

/**
 * The trigger of a job that will fire. Instants are on the database's clock.
 *
 * @param job name of the job
 * @param nextFireAt the first unhandled fire time
 * @param anchorAt the start of the periods of a fixed rate
 */
record UpcomingTrigger(String job, Trigger trigger, Instant nextFireAt, Instant anchorAt) {
  /**
   * Returns the fire that follows one at this instant. Nothing follows the fire of a fixed delay,
   * because its next one depends on how long instances take.
   */
  Optional<Instant> following(Instant at) {
    return trigger instanceof Trigger.Delay ? Optional.empty() : trigger.next(at, anchorAt);
  }
}
