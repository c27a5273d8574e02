package dev.orrery.scheduler.edge.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A replica as the API shows it. */
@Schema(name = "Replica", description = "A replica of the scheduler.")
@RegisterForReflection
public record ReplicaView(
    @Schema(description = "Id of the replica, new at each start.", format = "uuid") String id,
    @Schema(
            description = "Host and port of its cluster port; null if cluster mode is off.",
            nullable = true)
        String address,
    @Schema(description = "True for the replica that answers.") boolean self,
    @Schema(description = "True if it was seen within the last seconds.") boolean live,
    @Schema(description = "True if it is live and serves.") boolean ready,
    @Schema(
            description =
                "Codes of the reasons why it is not ready, such as STARTING; empty if it is.")
        List<String> unready,
    @Schema(description = "Version of its software.") String softwareVersion,
    @Schema(description = "Version of the database schema that it knows.") String schemaVersion,
    @Schema(description = "Its active protocols; a newer release may have others.")
        List<String> protocols,
    @Schema(description = "Its main protocol.") String main,
    @Schema(description = "Lowest version of the worker API that it speaks.", minimum = "1")
        int minVersion,
    @Schema(description = "Highest version of the worker API that it speaks.", minimum = "1")
        int maxVersion,
    @Schema(
            description =
                "Its clock minus the database's, negative if it is behind; null if cluster mode is off.",
            nullable = true)
        Duration clockOffset,
    @Schema(description = "When it started; null if cluster mode is off.", nullable = true)
        Instant startedAt,
    @Schema(description = "Since when it has been ready; null before that.", nullable = true)
        Instant servingSince,
    @Schema(
            description = "Time of its last heartbeat; null if cluster mode is off.",
            nullable = true)
        Instant lastSeenAt,
    @Schema(
            description =
                "Whether its cluster port answered the replica that answers you; null for that one.",
            nullable = true)
        String clusterPort,
    @Schema(
            description =
                "When its cluster port last answered, by the clock of the replica that answers you; null if never.",
            nullable = true)
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
