/**
 * The annotations with which methods of an application become jobs, such as {@link
 * dev.orrery.worker.annotation.OrreryJob}, and their view of a run, {@link
 * dev.orrery.worker.annotation.JobContext}. {@code worker-binding} makes processors of these
 * methods.
 */
@NullMarked
package dev.orrery.worker.annotation;

import org.jspecify.annotations.NullMarked;
