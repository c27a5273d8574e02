/**
 * Tests of the scripts {@code orrery} and {@code mvnw}: each runs on a {@link
 * dev.orrery.script.BareMachine}, with programs that only record their calls.
 *
 * <p>{@link dev.orrery.it.ScriptIT} runs the script with the real command line.
 */
package dev.orrery.script;
