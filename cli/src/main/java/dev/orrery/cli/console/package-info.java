/**
 * The command {@code console}. {@link dev.orrery.cli.console.ConsoleLink} makes the address that
 * signs a browser in, also for {@code up} and {@code demo}.
 */
package dev.orrery.cli.console;
