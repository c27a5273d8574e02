package dev.orrery.scheduler.model.job.document;

/**
 * A stored job document after reading.
 *
 * @param document the readable parts; without a trigger if it is unreadable
 * @param unreadable the reason why this release cannot read it; null if it can
 */
public record DocumentResult(JobDocument document, String unreadable) {}
