/**
 * The foundation of all other areas, independent of jobs: clocks, start and stop, the database with
 * its migrations and its failover, hints between features and replicas, caches, fairness between
 * apps, and periodic maintenance.
 */
package dev.orrery.scheduler.base;
