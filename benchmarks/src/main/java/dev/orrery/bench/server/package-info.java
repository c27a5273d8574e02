/**
 * The PostgreSQL server of a run. {@link dev.orrery.bench.server.DatabaseServer} starts it with the
 * programs and settings of the embedded database, and {@link
 * dev.orrery.bench.server.StatementMeter} counts what it does.
 *
 * <p>{@link dev.orrery.bench.server.WorkDirectory} allows one run at a time on a machine, because
 * two would measure each other.
 */
package dev.orrery.bench.server;
