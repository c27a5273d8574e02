package dev.orrery.scheduler.engine.agreement;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A difference between this replica and another one that operators should know. It does not make a
 * replica unready. Probes show it, so it contains no address.
 *
 * @param code such as {@code CLUSTER_PORT_UNREACHABLE}
 * @param replica the short name of the other replica
 * @param detail one sentence, with the setting to change
 */
@RegisterForReflection
public record ReplicaDifference(String code, String replica, String detail) {}
