package dev.orrery.scheduler.edge.cluster;

import dev.orrery.scheduler.base.database.ServerIdentity;
import java.util.UUID;

/** This replica's description of itself; it does not change while the process runs. */
record OwnReplica(UUID id, ReplicaAddress address, SupportedProtocols spoken) {

  ReplicaHello hello(long clockOffsetMillis, ServerIdentity database) {
    return new ReplicaHello(
        id,
        spoken.softwareVersion(),
        spoken.protocols(),
        spoken.versions().min(),
        spoken.versions().max(),
        clockOffsetMillis,
        database);
  }
}
