/**
 * The commands {@code app} and {@code token}: what a person needs before the first worker can join.
 *
 * <p>Secrets go to standard output alone, so that a script can take them.
 */
package dev.orrery.cli.app;
