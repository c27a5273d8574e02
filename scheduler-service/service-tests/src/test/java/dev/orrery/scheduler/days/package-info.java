/**
 * Random days: users, workers and the clock act on a running service, and after each step its
 * answers are compared with what docs/ promise. {@link dev.orrery.scheduler.days.ReferenceModel}
 * holds the promises, {@link dev.orrery.scheduler.days.Day} acts, and {@link
 * dev.orrery.scheduler.days.RandomSteps} chooses the steps. A new operation of the API gets a verb
 * in {@link dev.orrery.scheduler.days.Step.Verb}.
 */
package dev.orrery.scheduler.days;
