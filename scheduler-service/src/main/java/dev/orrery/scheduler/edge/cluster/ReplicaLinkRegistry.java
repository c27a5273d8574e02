package dev.orrery.scheduler.edge.cluster;

import dev.orrery.scheduler.base.database.ServerIdentity;
import dev.orrery.scheduler.base.hint.DatabaseHintForwarder;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintForwarder;
import dev.orrery.scheduler.base.hint.HintMessage;
import dev.orrery.scheduler.base.hint.OtherReplicas;
import dev.orrery.scheduler.base.time.Ticker;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The links to all other replicas. Hints that a link cannot deliver go through the database.
 *
 * <p>A replica without a recent heartbeat gets no hints, but it gets hellos for another ten
 * minutes: it may use an old primary, where this replica has no recent heartbeat either. A hello
 * shows it that there is a newer primary.
 */
final class ReplicaLinkRegistry implements HintForwarder {
  private static final Logger LOG = Logger.getLogger(ReplicaLinkRegistry.class);

  private final OtherReplicas otherReplicas;
  private final DatabaseHintForwarder database;
  private final ReplicaLink.Environment environment;
  private final Map<UUID, ReplicaLink> links = new ConcurrentHashMap<>();
  private final Map<UUID, Absent> absent = new ConcurrentHashMap<>();

  /**
   * A replica that is no longer live.
   *
   * @param since when that was noticed, in nanoseconds of the ticker
   */
  private record Absent(ReplicaLink link, long since) {}

  ReplicaLinkRegistry(
      Vertx vertx,
      ClusterSecret secret,
      Ticker ticker,
      InstantSource clock,
      OtherReplicas otherReplicas,
      DatabaseHintForwarder database,
      Consumer<ServerIdentity> onDatabase) {
    this.otherReplicas = otherReplicas;
    this.database = database;
    this.environment =
        new ReplicaLink.Environment(
            otherReplicas.replica(),
            new ClusterClient(vertx, secret),
            vertx.getOrCreateContext(),
            ticker,
            clock,
            this::sendThroughDatabase,
            onDatabase);
  }

  @Override
  public void forward(Hint hint) {
    links.values().forEach(link -> link.send(hint));
  }

  /**
   * Sends a hello to each replica that is live or was live within {@link
   * ClusterConfig#FORGOTTEN_AFTER}. Only live replicas get hints.
   */
  void greet(List<Replica> others, ReplicaHello own) {
    Map<UUID, ReplicaAddress> live = new HashMap<>();
    others.stream().filter(Replica::live).forEach(replica -> address(live, replica));
    absent.keySet().removeAll(live.keySet());
    links.forEach(
        (id, link) -> {
          if (!live.containsKey(id)) {
            absent.put(id, new Absent(link, environment.ticker().nanos()));
          }
        });
    links.keySet().retainAll(live.keySet());
    live.forEach(
        (id, address) ->
            links.computeIfAbsent(id, unknown -> new ReplicaLink(id, address, environment)));
    greetAgain(own);
  }

  /** Sends a hello to the same replicas again, without a new list from the database. */
  void greetAgain(ReplicaHello own) {
    long now = environment.ticker().nanos();
    absent
        .values()
        .removeIf(replica -> now - replica.since() > ClusterConfig.FORGOTTEN_AFTER.toNanos());
    absent.values().forEach(replica -> replica.link().hello(own));
    links.values().forEach(link -> link.hello(own).onComplete(done -> count()));
    count();
  }

  private static void address(Map<UUID, ReplicaAddress> live, Replica replica) {
    try {
      live.put(replica.id(), ReplicaAddress.parse(replica.address()));
    } catch (IllegalArgumentException e) {
      // Hints reach this replica through the database, as if its port were blocked.
      LOG.debugf("Ignored a replica without a valid address: replica=%s", replica.shortName());
    }
  }

  /** Handles the hello of another replica, which need not have a link. */
  void received(ReplicaHello other) {
    environment.received(other);
  }

  boolean knows(UUID replica) {
    return links.containsKey(replica);
  }

  /** Returns the states by replica; replicas that are not live are absent. */
  Map<UUID, LinkState> linkStates() {
    Map<UUID, LinkState> linkStates = new HashMap<>();
    links.forEach((id, link) -> linkStates.put(id, link.linkState()));
    return linkStates;
  }

  void close() {
    links.clear();
    absent.clear();
    environment.client().close();
  }

  private void count() {
    otherReplicas.reachedByCluster(
        (int) links.values().stream().filter(link -> link.linkState().isReached()).count());
  }

  private void sendThroughDatabase(HintMessage message) {
    count();
    message.hints().forEach(database::forward);
  }
}
