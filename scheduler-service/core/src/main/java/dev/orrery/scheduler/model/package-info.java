/**
 * The model of the scheduler: apps, jobs with their versions and triggers, instances with their
 * states, and the concurrency limits and pauses that block instances. Nothing here runs an
 * instance.
 */
package dev.orrery.scheduler.model;
