/**
 * Tests of the console in a browser, against the packaged applications. {@link
 * dev.orrery.console.ConsoleSetup} starts the applications and the browser; {@link
 * dev.orrery.console.Window} is a browser window, which records faults of the page.
 *
 * <p>Plain modules of the console are tested beside them, in {@code console/src/test/js}.
 */
package dev.orrery.console;
