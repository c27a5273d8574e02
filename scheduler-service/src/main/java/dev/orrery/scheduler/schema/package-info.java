/**
 * Checks and migrates the database at the start. {@link dev.orrery.scheduler.schema.ServerCheck}
 * refuses an unsuitable server, {@link dev.orrery.scheduler.schema.DatabaseStart} waits for one
 * that is not ready, and {@link dev.orrery.scheduler.schema.DatabaseCheck} migrates the tables to
 * the version of this release.
 */
package dev.orrery.scheduler.schema;
