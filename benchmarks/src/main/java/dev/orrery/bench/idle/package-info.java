/**
 * Measures the cost of an idle system. {@link dev.orrery.bench.idle.IdleScenario} counts processor
 * time and statements of a scheduler with jobs that do not fire and workers without work.
 *
 * <p>It uses its own stack, because a shared one has done other work before.
 */
package dev.orrery.bench.idle;
