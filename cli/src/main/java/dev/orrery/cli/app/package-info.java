/**
 * The commands {@code app} and {@code token}, which create the prerequisites of a worker.
 *
 * <p>Secrets are the only content of standard output, so that scripts can capture them.
 */
package dev.orrery.cli.app;
