/**
 * Tests of jobs without a scheduler. {@link dev.orrery.worker.test.ProcessorTester} runs a
 * processor as a worker does, and {@link dev.orrery.worker.test.TestedRun} is the outcome that the
 * scheduler would receive. Tests on a scheduler are in the package {@code scheduler}.
 */
@NullMarked
package dev.orrery.worker.test;

import org.jspecify.annotations.NullMarked;
