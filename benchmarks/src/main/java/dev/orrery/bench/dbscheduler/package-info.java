/**
 * Measures db-scheduler on the same database server. {@link
 * dev.orrery.bench.dbscheduler.DbSchedulerScenario} executes tasks that were stored before, with
 * the settings that db-scheduler recommends for high throughput.
 *
 * <p>It is the only package that uses db-scheduler.
 */
package dev.orrery.bench.dbscheduler;
