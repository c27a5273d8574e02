package dev.orrery.scheduler.job.document;

/**
 * A job document as it was read back from the database.
 *
 * @param document the parts that this release can read; without a trigger if it is unreadable
 * @param unreadable the reason why this release cannot read it; null if it can
 */
public record DocumentResult(JobDocument document, String unreadable) {}
