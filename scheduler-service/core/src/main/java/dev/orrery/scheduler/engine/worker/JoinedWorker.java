package dev.orrery.scheduler.engine.worker;

import java.time.Instant;

/**
 * A worker with a live session, at any replica.
 *
 * @param at the start of its newest session, by the database's clock
 */
public record JoinedWorker(String app, String name, Instant at) {}
