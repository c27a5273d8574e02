package dev.orrery.scheduler.job;

import dev.orrery.scheduler.trigger.Trigger;
import java.time.Instant;

/**
 * The trigger of a job that will fire. Instants count by the database's clock.
 *
 * @param job name of the job
 * @param nextFireAt the first fire time that has not been handled
 * @param anchorAt what a fixed rate counts its periods from
 */
record UpcomingTrigger(String job, Trigger trigger, Instant nextFireAt, Instant anchorAt) {}
