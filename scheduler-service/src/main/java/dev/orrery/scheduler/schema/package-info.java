/**
 * Checks of the database at the start: {@link dev.orrery.scheduler.schema.ServerCheck} refuses a
 * server with settings that the service cannot work with, and {@link
 * dev.orrery.scheduler.schema.SchemaMigration} brings the tables to the version of this release.
 */
package dev.orrery.scheduler.schema;
