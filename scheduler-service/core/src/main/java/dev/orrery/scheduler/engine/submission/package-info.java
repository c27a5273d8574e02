/**
 * Submits instances through the API. {@link
 * dev.orrery.scheduler.engine.submission.SubmissionService} checks a request and stores it with
 * others in one commit; a response of 202 means that the commit has happened.
 *
 * <p>{@link dev.orrery.scheduler.engine.submission.IdempotencyKey} makes repeated calls with an
 * idempotency key safe. Instances of triggers come from {@code fire}.
 */
package dev.orrery.scheduler.engine.submission;
