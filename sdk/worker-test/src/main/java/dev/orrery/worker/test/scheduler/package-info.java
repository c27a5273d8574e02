/**
 * Tests of workers on a real scheduler. {@link dev.orrery.worker.test.scheduler.LocalScheduler}
 * starts the packaged one with its embedded database, on free ports and in a directory of its own;
 * {@link dev.orrery.worker.test.scheduler.SchedulerExtension} does it for JUnit.
 */
@NullMarked
package dev.orrery.worker.test.scheduler;

import org.jspecify.annotations.NullMarked;
