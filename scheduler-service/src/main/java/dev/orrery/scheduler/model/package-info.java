/**
 * What a scheduler is about: apps, jobs with their versions and triggers, instances with their
 * states, and the concurrency limits and pauses that hold instances back. Nothing here runs an
 * instance.
 */
package dev.orrery.scheduler.model;
