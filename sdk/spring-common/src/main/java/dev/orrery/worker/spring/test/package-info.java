/**
 * Tests of jobs in the context of an application: {@link dev.orrery.worker.spring.test.OrreryTest}
 * without a scheduler, {@link dev.orrery.worker.spring.test.WithLocalScheduler} with one. The
 * application needs {@code orrery-worker-test} for them.
 */
package dev.orrery.worker.spring.test;
