package dev.orrery.scheduler.cluster;

import dev.orrery.scheduler.agreement.NotReadyReason;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * The row of a replica. Instants are of the database's clock.
 *
 * @param joinedAt when it joined, or joined again after an absence
 * @param servingSince null while it has not been ready
 * @param unready codes; empty if it is ready
 * @param live whether its last heartbeat is younger than {@link ReplicaStore#LOST_AFTER}
 */
record Replica(
    UUID id,
    String address,
    SpokenProtocols spoken,
    long clockOffsetMillis,
    Instant startedAt,
    Instant joinedAt,
    Instant servingSince,
    List<String> unready,
    Instant seenAt,
    boolean live) {

  /** What another replica's coming first could change; with any other reason it cannot serve. */
  private static final Set<String> UNDECIDED =
      Set.of(NotReadyReason.Code.STARTING.name(), NotReadyReason.Code.VERSIONS_DISJOINT.name());

  private static final Comparator<Replica> BY_ARRIVAL =
      Comparator.comparing(Replica::joinedAt).thenComparing(Replica::id);

  /** A short name for people and probes; no address. */
  String shortName() {
    return id.toString().substring(0, 8);
  }

  boolean isReady() {
    return unready.isEmpty();
  }

  /** Whether it has been ready, and has not become unable to serve since. */
  boolean serves() {
    return servingSince != null;
  }

  /** Whether these codes leave it open that a replica serves. */
  static boolean mayYetServe(Collection<String> unready) {
    return UNDECIDED.containsAll(unready);
  }

  /** The same as it has become since its row was written. */
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
   * Whether it is this one that serves if both cannot: one that serves before one that does not
   * yet, else the one that came first, unless it cannot serve anyway.
   */
  boolean goesBefore(Replica other) {
    if (other.serves() || !live || !mayYetServe(unready)) {
      return false;
    }
    return serves() || BY_ARRIVAL.compare(this, other) < 0;
  }
}
