/**
 * Prints the slowest test classes after a build. {@link dev.orrery.report.SlowestTests} reads the
 * Surefire and Failsafe reports of all modules.
 *
 * <p>Maven calls it; it is not a test.
 */
package dev.orrery.report;
