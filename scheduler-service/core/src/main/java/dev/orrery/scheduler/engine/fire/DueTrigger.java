package dev.orrery.scheduler.engine.fire;

import java.time.Instant;

/**
 * A locked trigger that is due. Instants are on the database's clock.
 *
 * @param job the current version of its job
 * @param nextFireAt the first unhandled fire time. Times before an edit or before the job was
 *     enabled were never planned, so they are not missed
 * @param anchorAt the instant from which a fixed rate counts its periods
 */
record DueTrigger(FiringJob job, Instant nextFireAt, Instant anchorAt) {}
