package dev.orrery.scheduler.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A replica as the API shows it.
 *
 * @param address of its cluster port; null where cluster mode is off
 * @param self whether it is the one that answers
 * @param live whether it was seen within the last seconds; what is not is forgotten after minutes
 * @param unready codes, empty if it is ready
 * @param clockOffset its clock minus the database's, negative if it is behind, such as PT-0.25S
 * @param clusterPort how its cluster port answered the replica that answers you
 * @param lastHelloAt when its cluster port answered last, by the clock of the replica that answers
 *     you; null if it never did
 */
@Schema(name = "Replica")
@RegisterForReflection
public record ReplicaView(
    String id,
    String address,
    boolean self,
    boolean live,
    boolean ready,
    List<String> unready,
    String softwareVersion,
    String schemaVersion,
    List<String> protocols,
    String main,
    int minVersion,
    int maxVersion,
    Duration clockOffset,
    Instant startedAt,
    Instant servingSince,
    Instant lastSeenAt,
    String clusterPort,
    Instant lastHelloAt) {

  static ReplicaView of(Replica replica, boolean self, LinkState linkState) {
    return new ReplicaView(
        replica.id().toString(),
        replica.address(),
        self,
        replica.live(),
        replica.live() && replica.isReady(),
        replica.unready(),
        replica.spoken().softwareVersion(),
        replica.spoken().schemaVersion(),
        replica.spoken().protocols(),
        replica.spoken().main(),
        replica.spoken().versions().min(),
        replica.spoken().versions().max(),
        Duration.ofMillis(replica.clockOffsetMillis()),
        replica.startedAt(),
        replica.servingSince(),
        replica.seenAt(),
        self ? null : linkState.state().name(),
        linkState.at());
  }

  /** The one that answers, where it knows of no other. */
  static ReplicaView alone(OwnReplica self, List<String> unready) {
    return new ReplicaView(
        self.id().toString(),
        null,
        true,
        true,
        unready.isEmpty(),
        unready,
        self.spoken().softwareVersion(),
        self.spoken().schemaVersion(),
        self.spoken().protocols(),
        self.spoken().main(),
        self.spoken().versions().min(),
        self.spoken().versions().max(),
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
