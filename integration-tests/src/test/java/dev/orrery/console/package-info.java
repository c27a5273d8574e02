/**
 * The console in a browser, against the packaged applications, as people use it. {@link
 * dev.orrery.console.ConsoleSetup} starts the applications and the browser; {@link
 * dev.orrery.console.Window} is a window of it, which records what no page may do.
 *
 * <p>Plain modules of the console are tested beside them, in {@code console/src/test/js}.
 */
package dev.orrery.console;
