package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;

/**
 * The number of instances that ended in one state and one class of lateness within a bucket.
 *
 * @param lateness the class; negative if unknown
 */
record EndCountRow(Instant start, InstanceState state, int lateness, long ends) {}
