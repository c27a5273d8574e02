/**
 * Group commit. {@link dev.orrery.scheduler.model.commit.GroupCommit} collects items that arrive
 * while a transaction commits, and writes them together in the next one, so that throughput does
 * not depend on the number of transactions. {@link dev.orrery.scheduler.model.commit.GroupQueue}
 * holds the waiting items: apps take turns, and no app can fill it.
 *
 * <p>It knows neither the items nor their SQL. Submissions, reports, log lines, progress and
 * renewals each have their own group with its own bounds. Lookups of apps and of sessions are
 * grouped as well: calls that wait at the same time share one query.
 */
package dev.orrery.scheduler.model.commit;
