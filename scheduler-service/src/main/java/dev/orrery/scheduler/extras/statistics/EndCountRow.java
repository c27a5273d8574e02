package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;

/**
 * Ends of one state and one class of lateness within a bucket.
 *
 * @param lateness the class; negative if unknown
 */
record EndCountRow(Instant start, InstanceState state, int lateness, long ends) {}
