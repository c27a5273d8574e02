package dev.orrery.scheduler.agreement;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Something about another replica that people should know, and that keeps nobody from serving. A
 * probe shows it, so it holds no address.
 *
 * @param code such as {@code CLUSTER_PORT_UNREACHABLE}
 * @param replica the short name of the other replica
 * @param detail one sentence, with the setting to change
 */
@RegisterForReflection
public record ReplicaDifference(String code, String replica, String detail) {}
