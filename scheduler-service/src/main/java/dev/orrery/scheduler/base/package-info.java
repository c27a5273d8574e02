/**
 * The foundation of all other areas, which knows nothing of jobs: clocks, start and stop, the
 * database with its migrations and its failover, hints between features and replicas, caches, the
 * shares and turns of apps, and periodic maintenance.
 */
package dev.orrery.scheduler.base;
