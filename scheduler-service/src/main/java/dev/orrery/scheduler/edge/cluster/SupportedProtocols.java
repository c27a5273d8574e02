package dev.orrery.scheduler.edge.cluster;

import dev.orrery.protocol.VersionRange;
import java.util.List;

/**
 * The release of a replica and the protocols that it supports. {@link ReplicaHello} and {@link
 * ReplicaView} repeat these fields, because their JSON is flat.
 *
 * @param protocols canonical names; a newer release may have protocols that are unknown here
 * @param main the main protocol of its configuration
 */
record SupportedProtocols(
    String softwareVersion,
    String schemaVersion,
    List<String> protocols,
    String main,
    VersionRange versions) {}
