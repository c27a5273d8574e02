/**
 * The web console: its static files and its sessions. {@link
 * dev.orrery.scheduler.edge.console.ConsoleRoute} serves the files.
 *
 * <p>The pages are in the module console. They call the REST API, whose resources belong to the
 * features.
 */
package dev.orrery.scheduler.edge.console;
