/**
 * The content of the database by size: tables, days of history, and the transactions that keep it
 * from shrinking. {@link dev.orrery.scheduler.storage.StorageResource} shows them to admins; the
 * gauges of {@code metrics} read the same sizes.
 *
 * <p>Deleting old rows belongs to {@code retention}.
 */
package dev.orrery.scheduler.storage;
