package dev.orrery.scheduler.cluster;

import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintForwarder;
import dev.orrery.scheduler.hint.HintMessage;
import dev.orrery.scheduler.hint.HintNotifier;
import dev.orrery.scheduler.hint.OtherReplicas;
import dev.orrery.scheduler.time.Ticker;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The ways to all other replicas. Whoever is not reached on the cluster port is told by the
 * database, and so is what was lost on the way.
 */
final class ReplicaLinkRegistry implements HintForwarder {
  private static final Logger LOG = Logger.getLogger(ReplicaLinkRegistry.class);

  private final OtherReplicas peers;
  private final HintNotifier notifier;
  private final ReplicaLink.Environment environment;
  private final Map<UUID, ReplicaLink> links = new ConcurrentHashMap<>();

  ReplicaLinkRegistry(
      Vertx vertx,
      ClusterSecret secret,
      Ticker ticker,
      InstantSource clock,
      OtherReplicas peers,
      HintNotifier notifier) {
    this.peers = peers;
    this.notifier = notifier;
    this.environment =
        new ReplicaLink.Environment(
            peers.replica(),
            new ClusterClient(vertx, secret),
            vertx.getOrCreateContext(),
            ticker,
            clock,
            this::tellThroughTheDatabase);
  }

  @Override
  public void forward(Hint hint) {
    links.values().forEach(link -> link.tell(hint));
  }

  /** Says hello to the live ones among the others, and forgets who is not among them. */
  void meet(List<Replica> others, ReplicaHello own) {
    Map<UUID, ReplicaAddress> live = new HashMap<>();
    others.stream().filter(Replica::live).forEach(one -> address(live, one));
    links.keySet().retainAll(live.keySet());
    live.forEach(
        (id, address) ->
            links.computeIfAbsent(id, unknown -> new ReplicaLink(id, address, environment)));
    links.values().forEach(link -> link.hello(own).onComplete(done -> count()));
    count();
  }

  private static void address(Map<UUID, ReplicaAddress> live, Replica replica) {
    try {
      live.put(replica.id(), ReplicaAddress.parse(replica.address()));
    } catch (IllegalArgumentException e) {
      // Told by the database then, as one whose port is blocked.
      LOG.debugf("Replica %s has no address", replica.shortName());
    }
  }

  boolean knows(UUID replica) {
    return links.containsKey(replica);
  }

  /** By replica; those that are not live are absent. */
  Map<UUID, LinkState> reaches() {
    Map<UUID, LinkState> reaches = new HashMap<>();
    links.forEach((id, link) -> reaches.put(id, link.reach()));
    return reaches;
  }

  void close() {
    links.clear();
    environment.client().close();
  }

  private void count() {
    peers.reachedByCluster(
        (int) links.values().stream().filter(link -> link.reach().isReached()).count());
  }

  private void tellThroughTheDatabase(HintMessage message) {
    count();
    message.hints().forEach(notifier::forward);
  }
}
