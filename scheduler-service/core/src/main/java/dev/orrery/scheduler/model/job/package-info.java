/**
 * Jobs, their versions, pauses and triggers as stored, and how many an app may have. {@link
 * dev.orrery.scheduler.model.job.JobService} writes and reads jobs, {@link
 * dev.orrery.scheduler.model.job.document.JobDocument} is the normalized document, and {@link
 * dev.orrery.scheduler.model.job.JobVersionCache} returns immutable versions to the engine.
 *
 * <p>Computing fire times belongs to {@code trigger}. A job never changes instances itself: it
 * calls {@link dev.orrery.scheduler.model.propagation.JobChangePropagator}, so that {@code job}
 * does not depend on {@code instance}.
 */
package dev.orrery.scheduler.model.job;
