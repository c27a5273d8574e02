package dev.orrery.scheduler.cluster;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_BEFORE_PORTS;
import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_CLUSTER;
import static dev.orrery.scheduler.lifecycle.LifecycleOrder.STOP_CLUSTER_MEMBERSHIP;
import static dev.orrery.scheduler.lifecycle.LifecycleOrder.STOP_HINT_SENDERS;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.agreement.AgreementState;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.SchemaState;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.hint.HintMessage;
import dev.orrery.scheduler.hint.HintNotifier;
import dev.orrery.scheduler.hint.OtherReplicas;
import dev.orrery.scheduler.problem.ProblemWriter;
import dev.orrery.scheduler.startup.BuildInfo;
import dev.orrery.scheduler.time.Ticker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Joins the other replicas while cluster mode is on: opens the port, keeps the row, carries hints.
 * Off, it does nothing at all.
 */
@ApplicationScoped
class ClusterMode {
  private static final Logger LOG = Logger.getLogger(ClusterMode.class);

  private final ClusterConfig config;
  private final AgreementState agreement;
  private final SchedulerProtocols protocols;
  private final BuildInfo software;
  private final SchemaState schema;
  private final ReplicaStore store;
  private final OtherReplicas peers;
  private final HintBus hints;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(ClusterMode::thread);
  private final AtomicBoolean lookWaits = new AtomicBoolean();
  private ClusterListener listener;
  private ReplicaLinkRegistry links;
  private volatile ReplicaHeartbeat heartbeat;
  private volatile OwnReplica self;
  private boolean failing;

  ClusterMode(
      ClusterConfig config,
      AgreementState agreement,
      SchedulerProtocols protocols,
      BuildInfo software,
      SchemaState schema,
      ReplicaStore store,
      OtherReplicas peers,
      HintBus hints) {
    this.config = config;
    this.agreement = agreement;
    this.protocols = protocols;
    this.software = software;
    this.schema = schema;
    this.store = store;
    this.peers = peers;
    this.hints = hints;
  }

  /** Not ready from the first moment on, until the others are known. */
  void begin(@Observes @Priority(START_BEFORE_PORTS) StartupEvent event) {
    if (isOn()) {
      agreement.undecided();
    }
  }

  void start(
      @Observes @Priority(START_CLUSTER) StartupEvent event,
      Vertx vertx,
      Ticker ticker,
      InstantSource clock,
      HintNotifier notifier,
      ProblemWriter refuser) {
    if (!isOn()) {
      self = describe(new ReplicaAddress("-", 0));
      return;
    }
    ClusterSecret secret = new ClusterSecret(config.secret().orElseThrow());
    links = new ReplicaLinkRegistry(vertx, secret, ticker, clock, peers, notifier);
    listener = new ClusterListener(vertx, secret, ticker, refuser, this::answer);
    int port = listener.start(config.port());
    self =
        describe(
            config
                .advertisedAddress()
                .map(address -> ReplicaAddress.ofSetting(address, port))
                .orElseGet(
                    () ->
                        new ReplicaAddress(ReplicaAddress.mostLikely(OwnAddresses.find()), port)));
    heartbeat = new ReplicaHeartbeat(self, store, agreement, links, clock, ticker);
    beat();
    hints.addForwarder(links);
    long every = config.heartbeatInterval().toMillis();
    var unused = thread.scheduleWithFixedDelay(this::beat, every, every, TimeUnit.MILLISECONDS);
  }

  /** The others need not find out that it has gone. */
  void leave(@Observes @Priority(STOP_CLUSTER_MEMBERSHIP) ShutdownEvent event)
      throws InterruptedException {
    thread.shutdown();
    if (heartbeat == null) {
      return;
    }
    thread.awaitTermination(2, TimeUnit.SECONDS);
    try {
      store.leave(self.id());
    } catch (DatabaseException e) {
      LOG.debugf("The row of this replica is left to the others: %s", e.getMessage());
    }
  }

  void stop(@Observes @Priority(STOP_HINT_SENDERS) ShutdownEvent event) {
    if (heartbeat != null) {
      links.close();
      listener.stop();
    }
  }

  boolean isOn() {
    return config.enabled() && schema.isKnown();
  }

  OwnReplica self() {
    return self;
  }

  /** All replicas at the last beat; empty where cluster mode is off. */
  List<Replica> replicas() {
    return heartbeat == null ? List.of() : heartbeat.replicas();
  }

  Map<UUID, LinkState> reaches() {
    return links == null ? Map.of() : links.reaches();
  }

  private OwnReplica describe(ReplicaAddress address) {
    return new OwnReplica(
        peers.replica(),
        address,
        new SpokenProtocols(
            software.version(),
            schema.ownStep(),
            protocols.active().stream().map(Protocol::canonicalName).toList(),
            protocols.main().canonicalName(),
            protocols.versions()));
  }

  private void beat() {
    lookWaits.set(false);
    try {
      heartbeat.beat();
      failing = false;
    } catch (DatabaseException e) {
      if (!failing) {
        LOG.warnf("This replica cannot be seen by the others, trying on: %s", e.getMessage());
        failing = true;
      }
    } catch (RuntimeException e) {
      LOG.error("A look at the other replicas failed; the next one follows", e);
    }
  }

  /** Answers what came in on the cluster port, on the event loop. */
  private String answer(ClusterOperation verb, String body) {
    return switch (verb) {
      case HELLO -> ReplicaHello.read(body).map(this::greet).orElse(null);
      case HINT, CANCEL -> HintMessage.read(body).map(this::pass).orElse(null);
    };
  }

  private String greet(ReplicaHello other) {
    // One that waits is enough, however often a stranger is heard.
    if (!links.knows(other.replica()) && lookWaits.compareAndSet(false, true)) {
      try {
        thread.execute(this::beat);
      } catch (RejectedExecutionException e) {
        LOG.debug("The service stops, and meets nobody any more");
      }
    }
    return heartbeat.hello().json();
  }

  private String pass(HintMessage message) {
    for (Hint hint : message.hints()) {
      try {
        hints.publishLocal(hint);
      } catch (RuntimeException e) {
        LOG.error("A hint could not be acted on; the next look finds what it said", e);
      }
    }
    return "";
  }

  private static Thread thread(Runnable runnable) {
    Thread thread = new Thread(runnable, "orrery-cluster");
    thread.setDaemon(true);
    return thread;
  }
}
