/**
 * Checks and migrates the database at the start. {@link dev.orrery.scheduler.schema.ServerCheck}
 * refuses an unsuitable server, and {@link dev.orrery.scheduler.schema.SchemaMigration} migrates
 * the tables to the version of this release.
 */
package dev.orrery.scheduler.schema;
