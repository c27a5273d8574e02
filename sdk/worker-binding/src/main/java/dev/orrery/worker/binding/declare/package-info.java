/**
 * Jobs that an application declares by {@link dev.orrery.worker.annotation.OrrerySchedule}: {@link
 * dev.orrery.worker.binding.declare.ScheduleReader} creates job documents from them, and {@link
 * dev.orrery.worker.binding.declare.JobDeclarer} applies these to the scheduler.
 */
package dev.orrery.worker.binding.declare;
