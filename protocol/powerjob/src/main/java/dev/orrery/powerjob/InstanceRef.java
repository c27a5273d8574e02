package dev.orrery.powerjob;

/**
 * The body of a stop and of a question for the state of a run.
 *
 * @param instanceId the wire id of an attempt
 */
public record InstanceRef(long instanceId) {}
