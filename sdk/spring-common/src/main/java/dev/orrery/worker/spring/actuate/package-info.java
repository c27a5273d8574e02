/**
 * Health and info of the worker. {@link dev.orrery.worker.spring.actuate.WorkerHealth} decides; the
 * starters pass it on in the types of their line of Boot.
 */
package dev.orrery.worker.spring.actuate;
