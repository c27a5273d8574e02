/**
 * Helpers for the tests of the scheduler service: {@link dev.orrery.scheduler.testkit.TestApp}
 * creates an app with tokens for one test, {@link dev.orrery.scheduler.testkit.TestWorker} calls
 * the worker operations one by one, and {@link dev.orrery.scheduler.testkit.TestDatabase} reads and
 * changes rows directly.
 *
 * <p>Only helpers that several features use belong here; tests are in the package of their feature.
 */
package dev.orrery.scheduler.testkit;
