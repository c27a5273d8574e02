/**
 * The commands {@code up}, {@code demo} and {@code stop}. {@link dev.orrery.cli.demo.DemoCommand}
 * starts a local stack, applies sample jobs and prints the instances that end.
 *
 * <p>The package {@code local} starts processes; this package only decides what to start and what
 * to show.
 */
package dev.orrery.cli.demo;
