/**
 * The commands {@code app}, {@code token} and {@code powerjob}, which create the prerequisites of
 * workers and clients.
 *
 * <p>Secrets are the only content of standard output, so that scripts can capture them.
 */
package dev.orrery.cli.app;
