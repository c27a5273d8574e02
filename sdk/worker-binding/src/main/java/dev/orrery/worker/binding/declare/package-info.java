/**
 * Jobs that an application declares by {@link dev.orrery.worker.annotation.OrrerySchedule}: {@link
 * dev.orrery.worker.binding.declare.ScheduleReader} makes job documents of them, and {@link
 * dev.orrery.worker.binding.declare.JobDeclarer} applies these to the scheduler.
 */
package dev.orrery.worker.binding.declare;
