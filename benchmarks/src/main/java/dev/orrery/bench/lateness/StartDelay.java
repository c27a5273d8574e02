package dev.orrery.bench.lateness;

import java.time.Instant;

/**
 * The start of a triggered run, and how late it was.
 *
 * @param lateMillis milliseconds from its due time to its start
 */
record StartDelay(Instant fireTime, int priority, Instant startedAt, double lateMillis) {}
