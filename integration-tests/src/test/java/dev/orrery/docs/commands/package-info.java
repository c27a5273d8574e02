/**
 * Runs the command blocks of README and {@code docs/} as a reader would type them, and compares the
 * output on a page with the output of the run. Comments in front of a block say how it runs, or why
 * it cannot; {@link dev.orrery.docs.commands.Directive} lists them.
 */
package dev.orrery.docs.commands;
