/**
 * The foundation of all other areas, independent of jobs: clocks, start and stop, the database with
 * its migrations and its failover, hints between features and replicas, caches, fairness between
 * apps, periodic maintenance, the reading of JSON, and errors as RFC 9457 describes them.
 */
package dev.orrery.scheduler.base;
