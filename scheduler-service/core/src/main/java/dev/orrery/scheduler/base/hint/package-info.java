/**
 * Hints: wake-up notifications between the features of a replica and between replicas. {@link
 * dev.orrery.scheduler.base.hint.HintBus} publishes a hint after the commit, and {@link
 * dev.orrery.scheduler.base.hint.DatabaseHintForwarder} with {@link
 * dev.orrery.scheduler.base.hint.HintListener} exchange hints through the database's LISTEN and
 * NOTIFY.
 *
 * <p>A hint only means that a query is worthwhile. Correctness never depends on one, because every
 * listener also checks the database periodically.
 */
package dev.orrery.scheduler.base.hint;
