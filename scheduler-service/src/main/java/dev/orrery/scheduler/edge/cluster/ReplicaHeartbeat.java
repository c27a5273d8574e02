package dev.orrery.scheduler.edge.cluster;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.ServerIdentity;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.edge.cluster.ReplicaStore.Seen;
import dev.orrery.scheduler.engine.agreement.AgreementState;
import dev.orrery.scheduler.engine.agreement.NotReadyReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Updates this replica's row, and reads the rows of the others. Confined to one thread, except for
 * {@link #replicas} and {@link #hello}.
 */
final class ReplicaHeartbeat {
  private final OwnReplica self;
  private final ReplicaStore store;
  private final AgreementState agreement;
  private final ReplicaLinkRegistry links;
  private final Supplier<Optional<ServerIdentity>> database;
  private final InstantSource clock;
  private final Ticker ticker;
  private boolean joined;
  private boolean serves;
  private long lastRunAt;
  private volatile long clockOffsetMillis;
  private volatile List<Replica> replicas = List.of();

  /**
   * @param database the server of the database that this replica uses
   */
  ReplicaHeartbeat(
      OwnReplica self,
      ReplicaStore store,
      AgreementState agreement,
      ReplicaLinkRegistry links,
      Supplier<Optional<ServerIdentity>> database,
      InstantSource clock,
      Ticker ticker) {
    this.self = self;
    this.store = store;
    this.agreement = agreement;
    this.links = links;
    this.database = database;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Returns all replicas as of the last heartbeat, including this one, by start. */
  List<Replica> replicas() {
    return replicas;
  }

  ReplicaHello hello() {
    return self.hello(clockOffsetMillis, database.get().orElse(null));
  }

  /**
   * Runs one heartbeat; blocks. Runs another immediately if the first has changed the reasons why
   * this replica is not ready. Without the database, the known replicas still get a hello.
   */
  void run() {
    try {
      updateRow();
      links.greet(others(), hello());
    } catch (DatabaseException e) {
      links.greetAgain(hello());
      throw e;
    }
  }

  private void updateRow() {
    if (!joined || ticker.nanos() - lastRunAt > ClusterConfig.LOST_AFTER.toNanos()) {
      // Other replicas may have begun to serve without this one, so it joins as their junior.
      agreement.undecided();
      store.join(self);
      joined = true;
      serves = false;
    }
    Set<String> written = codes();
    update(written);
    if (!codes().equals(written)) {
      update(codes());
    }
  }

  private void update(Set<String> unready) {
    serves = serves ? Replica.mayYetServe(unready) : unready.isEmpty();
    long sentAt = ticker.nanos();
    Instant sent = clock.instant();
    Seen seen = store.heartbeat(self.id(), clockOffsetMillis, unready, serves);
    lastRunAt = ticker.nanos();
    Replica own =
        seen.replicas().stream()
            .filter(this::isOwn)
            .findFirst()
            .map(row -> row.as(serves, unready))
            .orElse(null);
    if (own == null) {
      // Other replicas deleted the row after FORGOTTEN_AFTER without a heartbeat.
      joined = false;
      return;
    }
    Duration halfWay = Duration.ofNanos((lastRunAt - sentAt) / 2);
    clockOffsetMillis = Duration.between(seen.now(), sent.plus(halfWay)).toMillis();
    replicas = seen.replicas().stream().map(replica -> isOwn(replica) ? own : replica).toList();
    compare(own);
  }

  private void compare(Replica own) {
    agreement.seniorVersions(ReplicaSeniority.before(own, others()));
    agreement.differences(ReplicaComparison.of(own, others(), links.linkStates()));
  }

  private List<Replica> others() {
    return replicas.stream().filter(replica -> !isOwn(replica)).toList();
  }

  private boolean isOwn(Replica replica) {
    return replica.id().equals(self.id());
  }

  private Set<String> codes() {
    return agreement.unready().stream()
        .map(NotReadyReason::code)
        .map(NotReadyReason.Code::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
