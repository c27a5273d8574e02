/**
 * Attempts inside the worker. {@link dev.orrery.worker.attempt.AttemptRegistry} holds every attempt
 * from its assignment until the scheduler has its report, and {@link
 * dev.orrery.worker.attempt.RunningAttempt} is an attempt on its thread.
 *
 * <p>Attempt threads only write to {@link dev.orrery.worker.attempt.AttemptLog} and {@link
 * dev.orrery.worker.attempt.AttemptProgress}; all other state belongs to the event loop.
 */
package dev.orrery.worker.attempt;
