package dev.orrery.bench.lateness;

import java.time.Instant;

/**
 * A start of a run that a trigger created.
 *
 * @param lateMillis from its due time to its start
 */
record StartDelay(Instant fireTime, int priority, Instant startedAt, double lateMillis) {}
