package dev.orrery.scheduler.worker;

import java.time.Instant;

/**
 * A worker that has a live session, at whatever replica it joined.
 *
 * @param at begin of its newest session, by the database's clock
 */
public record JoinedWorker(String app, String name, Instant at) {}
