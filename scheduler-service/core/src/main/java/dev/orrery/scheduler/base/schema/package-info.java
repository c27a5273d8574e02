/**
 * Checks and migrates the database at the start. {@link
 * dev.orrery.scheduler.base.schema.ServerCheck} refuses an unsuitable server, {@link
 * dev.orrery.scheduler.base.schema.DatabaseStart} waits for one that is not ready, and {@link
 * dev.orrery.scheduler.base.schema.DatabaseCheck} migrates the tables to the version of this
 * release.
 */
package dev.orrery.scheduler.base.schema;
