/**
 * The command {@code status}: the scheduler, its ports, and workers that are refused.
 *
 * <p>It only reads the API, so that it also works for a remote scheduler.
 */
package dev.orrery.cli.status;
