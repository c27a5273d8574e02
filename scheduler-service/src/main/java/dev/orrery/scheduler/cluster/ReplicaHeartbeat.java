package dev.orrery.scheduler.cluster;

import dev.orrery.scheduler.agreement.AgreementState;
import dev.orrery.scheduler.agreement.NotReadyReason;
import dev.orrery.scheduler.cluster.ReplicaStore.Seen;
import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Keeps this replica's row, and looks at those of the others. Owned by one thread; what it has seen
 * may be read by any.
 */
final class ReplicaHeartbeat {
  private final OwnReplica self;
  private final ReplicaStore store;
  private final AgreementState agreement;
  private final ReplicaLinkRegistry links;
  private final InstantSource clock;
  private final Ticker ticker;
  private boolean joined;
  private boolean serves;
  private long beatenAt;
  private volatile long clockOffsetMillis;
  private volatile List<Replica> replicas = List.of();

  ReplicaHeartbeat(
      OwnReplica self,
      ReplicaStore store,
      AgreementState agreement,
      ReplicaLinkRegistry links,
      InstantSource clock,
      Ticker ticker) {
    this.self = self;
    this.store = store;
    this.agreement = agreement;
    this.links = links;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** All replicas at the last beat, this one included, by start. */
  List<Replica> replicas() {
    return replicas;
  }

  ReplicaHello hello() {
    return self.hello(clockOffsetMillis);
  }

  /**
   * One beat; blocks. A second one follows at once if the first has changed whether this replica is
   * ready.
   */
  void beat() {
    if (!joined || ticker.nanos() - beatenAt > ReplicaStore.LOST_AFTER.toNanos()) {
      // The others may have gone on without it, so it comes behind those that serve.
      agreement.undecided();
      store.join(self);
      joined = true;
      serves = false;
    }
    Set<String> told = codes();
    look(told);
    if (!codes().equals(told)) {
      look(codes());
    }
    links.meet(others(), hello());
  }

  private void look(Set<String> unready) {
    serves = serves ? Replica.mayYetServe(unready) : unready.isEmpty();
    long sentAt = ticker.nanos();
    Instant sent = clock.instant();
    Seen seen = store.beat(self.id(), clockOffsetMillis, unready, serves);
    beatenAt = ticker.nanos();
    Replica own =
        seen.replicas().stream()
            .filter(this::isOwn)
            .findFirst()
            .map(row -> row.as(serves, unready))
            .orElse(null);
    if (own == null) {
      // Others have deleted it, since it was not seen for long.
      joined = false;
      return;
    }
    Duration halfWay = Duration.ofNanos((beatenAt - sentAt) / 2);
    clockOffsetMillis = Duration.between(seen.now(), sent.plus(halfWay)).toMillis();
    replicas = seen.replicas().stream().map(one -> isOwn(one) ? own : one).toList();
    judge(own);
  }

  private void judge(Replica own) {
    agreement.seniorVersions(ReplicaSeniority.before(own, others()));
    agreement.differences(ReplicaComparison.of(own, others(), links.reaches()));
  }

  private List<Replica> others() {
    return replicas.stream().filter(one -> !isOwn(one)).toList();
  }

  private boolean isOwn(Replica one) {
    return one.id().equals(self.id());
  }

  private Set<String> codes() {
    return agreement.unready().stream()
        .map(NotReadyReason::code)
        .map(NotReadyReason.Code::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
