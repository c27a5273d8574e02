/**
 * The PostgreSQL server that the service starts itself when no database is configured. {@link
 * dev.orrery.scheduler.base.embedded.EmbeddedDatabase} starts and stops it once per process, and
 * {@link dev.orrery.scheduler.base.embedded.EmbeddedServer} is the child process.
 *
 * <p>It starts before the configuration is complete, so nothing here may use a bean. It creates the
 * server, its directory and its password; tables come from the migrations.
 */
package dev.orrery.scheduler.base.embedded;
