/**
 * Tests of jobs in the context of an application: {@link dev.orrery.worker.spring.test.OrreryTest}.
 * The application needs {@code orrery-worker-test} for it.
 */
package dev.orrery.worker.spring.test;
