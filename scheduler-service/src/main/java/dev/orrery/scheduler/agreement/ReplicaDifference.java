package dev.orrery.scheduler.agreement;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A difference to another replica that operators should know. It does not make a replica unready. A
 * probe shows it, so it contains no address.
 *
 * @param code such as {@code CLUSTER_PORT_UNREACHABLE}
 * @param replica the short name of the other replica
 * @param detail one sentence, with the setting to change
 */
@RegisterForReflection
public record ReplicaDifference(String code, String replica, String detail) {}
