/**
 * The client of the REST API. {@link dev.orrery.cli.client.SchedulerClient} sends requests, {@link
 * dev.orrery.cli.client.ClientOptions} and {@link dev.orrery.cli.client.AppOptions} are the options
 * that all commands share, and an {@link dev.orrery.cli.client.ApiException} is a refused call.
 *
 * <p>Nothing is printed here. The client uses the JDK's older HTTP client, because it loads faster
 * than a command runs.
 */
package dev.orrery.cli.client;
