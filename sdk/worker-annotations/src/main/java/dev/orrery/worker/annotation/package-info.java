/**
 * What a class of an application needs to be a job: {@link dev.orrery.worker.annotation.OrreryJob},
 * and a view of its run, {@link dev.orrery.worker.annotation.JobContext}. {@code worker-binding}
 * makes processors of it.
 */
@NullMarked
package dev.orrery.worker.annotation;

import org.jspecify.annotations.NullMarked;
