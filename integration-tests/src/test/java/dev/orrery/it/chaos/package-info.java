/**
 * Chaos tests. {@link dev.orrery.it.chaos.ChaosIT} runs replicas and agents under all faults at
 * once, then checks that nothing was lost or done twice.
 *
 * <p>{@code world} starts the processes, {@code load} submits work and records facts, {@code fault}
 * disturbs, and {@code check} evaluates.
 */
package dev.orrery.it.chaos;
