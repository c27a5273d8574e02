package dev.orrery.scheduler.cluster;

import dev.orrery.protocol.VersionRange;
import java.util.List;
import java.util.UUID;

/** This replica's description of itself; it does not change while the process runs. */
record OwnReplica(
    UUID id,
    ReplicaAddress address,
    String softwareVersion,
    String schemaVersion,
    List<String> protocols,
    String main,
    VersionRange versions) {

  ReplicaHello hello(long clockOffsetMillis) {
    return new ReplicaHello(
        id, softwareVersion, protocols, versions.min(), versions.max(), clockOffsetMillis);
  }
}
