package dev.orrery.scheduler.edge.cluster;

import dev.orrery.scheduler.engine.agreement.NotReadyReason;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * The database row of a replica in cluster mode. Instants are on the database's clock.
 *
 * @param joinedAt when it last joined
 * @param servingSince null while it has not been ready
 * @param unready codes; empty if it is ready
 * @param live whether its last heartbeat is younger than {@link ClusterConfig#LOST_AFTER}
 */
record Replica(
    UUID id,
    String address,
    SupportedProtocols spoken,
    long clockOffsetMillis,
    Instant startedAt,
    Instant joinedAt,
    Instant servingSince,
    List<String> unready,
    Instant seenAt,
    boolean live) {

  /** Reasons that depend only on other replicas; any other reason keeps a replica from serving. */
  private static final Set<String> UNDECIDED =
      Set.of(NotReadyReason.Code.STARTING.name(), NotReadyReason.Code.VERSIONS_DISJOINT.name());

  private static final Comparator<Replica> BY_ARRIVAL =
      Comparator.comparing(Replica::joinedAt).thenComparing(Replica::id);

  /** Returns a short name for probes and logs, without an address. */
  String shortName() {
    return id.toString().substring(0, 8);
  }

  boolean isReady() {
    return unready.isEmpty();
  }

  /** Returns true if the replica has been ready, and has stayed able to serve since then. */
  boolean serves() {
    return servingSince != null;
  }

  /** Returns true if a replica with these codes may still serve. */
  static boolean mayYetServe(Collection<String> unready) {
    return UNDECIDED.containsAll(unready);
  }

  /** Returns a copy with a newer state than the row. */
  Replica as(boolean serves, Collection<String> reasons) {
    Instant since = serves ? Objects.requireNonNullElse(servingSince, seenAt) : null;
    return new Replica(
        id,
        address,
        spoken,
        clockOffsetMillis,
        startedAt,
        joinedAt,
        since,
        List.copyOf(reasons),
        seenAt,
        live);
  }

  /**
   * Returns true if this replica keeps serving when the two cannot serve together. A serving
   * replica is senior to one that does not serve yet; otherwise the one that joined first is
   * senior, unless it cannot serve anyway.
   */
  boolean isSeniorTo(Replica other) {
    if (other.serves() || !live || !mayYetServe(unready)) {
      return false;
    }
    return serves() || BY_ARRIVAL.compare(this, other) < 0;
  }
}
