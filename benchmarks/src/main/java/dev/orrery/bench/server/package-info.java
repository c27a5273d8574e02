/**
 * The PostgreSQL server of a run. {@link dev.orrery.bench.server.DatabaseServer} starts it with the
 * programs and settings of the embedded database, and {@link
 * dev.orrery.bench.server.StatementMeter} measures its work.
 *
 * <p>{@link dev.orrery.bench.server.WorkDirectory} allows one run at a time on a machine, because
 * two would disturb each other.
 */
package dev.orrery.bench.server;
