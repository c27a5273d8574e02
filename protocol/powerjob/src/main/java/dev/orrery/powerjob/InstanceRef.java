package dev.orrery.powerjob;

/**
 * Identifies a run in messages to a PowerJob worker that stop it or query its state.
 *
 * @param instanceId the wire id of an attempt
 */
public record InstanceRef(long instanceId) {}
