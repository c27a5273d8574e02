/**
 * The command {@code console}. {@link dev.orrery.cli.console.ConsoleLink} creates sign-in links,
 * also for {@code up} and {@code demo}.
 */
package dev.orrery.cli.console;
