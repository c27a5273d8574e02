package dev.orrery.scheduler.edge.cluster;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_BEFORE_PORTS;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CLUSTER;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_CLUSTER_MEMBERSHIP;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_HINT_SENDERS;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.database.PrimaryFence;
import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.hint.DatabaseHintForwarder;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.OtherReplicas;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.base.problem.ProblemWriter;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.base.time.TimerThread;
import dev.orrery.scheduler.engine.agreement.AgreementState;
import dev.orrery.scheduler.http.connection.ConnectionMetrics;
import dev.orrery.scheduler.http.connection.ResponseMemory;
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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Joins the other replicas if cluster mode is on: opens the port, updates the row of this replica,
 * and forwards hints. Otherwise it does nothing.
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
  private final OtherReplicas otherReplicas;
  private final HintBus hints;
  private final ScheduledExecutorService thread = TimerThread.named("orrery-cluster");
  private final AtomicBoolean heartbeatQueued = new AtomicBoolean();
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
      OtherReplicas otherReplicas,
      HintBus hints) {
    this.config = config;
    this.agreement = agreement;
    this.protocols = protocols;
    this.software = software;
    this.schema = schema;
    this.store = store;
    this.otherReplicas = otherReplicas;
    this.hints = hints;
  }

  /** The replica is not ready before it knows the others. */
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
      DatabaseHintForwarder databaseHints,
      PrimaryFence fence,
      DatabaseReachability database,
      ProblemWriter problems,
      ResponseMemory responses,
      ConnectionMetrics connections) {
    if (!isOn()) {
      self = describe(new ReplicaAddress("-", 0));
      return;
    }
    ClusterSecret secret = new ClusterSecret(config.secret().orElseThrow());
    links =
        new ReplicaLinkRegistry(
            vertx, secret, ticker, clock, otherReplicas, databaseHints, fence::seenByOther);
    ClusterApi api = new ClusterApi(links, hints, () -> heartbeat.hello(), this::queueHeartbeat);
    listener =
        new ClusterListener(
            vertx,
            secret,
            ticker,
            problems,
            api::handle,
            responses,
            connections,
            ClusterListener.MAX_CONNECTIONS);
    int port = listener.start(config.host(), config.port());
    self =
        describe(
            config
                .advertisedAddress()
                .map(address -> ReplicaAddress.ofSetting(address, port))
                .orElseGet(() -> ReplicaAddress.ofBound(config.host(), port)));
    heartbeat = new ReplicaHeartbeat(self, store, agreement, links, fence::newest, clock, ticker);
    runHeartbeat();
    hints.addForwarder(links);
    // A failed heartbeat during an outage may have made this replica unready.
    database.onReached(this::queueHeartbeat);
    long every = config.heartbeatInterval().toMillis();
    var unused =
        thread.scheduleWithFixedDelay(this::runHeartbeat, every, every, TimeUnit.MILLISECONDS);
  }

  /** Deletes the row of this replica, so that the others do not wait until it counts as lost. */
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
      LOG.debugf(
          "Failed to delete this replica's database row; leaving that to another replica: %s",
          e.getMessage());
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

  /** Returns all replicas as of the last heartbeat; empty if cluster mode is off. */
  List<Replica> replicas() {
    return heartbeat == null ? List.of() : heartbeat.replicas();
  }

  Map<UUID, LinkState> linkStates() {
    return links == null ? Map.of() : links.linkStates();
  }

  private OwnReplica describe(ReplicaAddress address) {
    return new OwnReplica(
        otherReplicas.replica(),
        address,
        new SupportedProtocols(
            software.version(),
            schema.ownStep(),
            protocols.active().stream().map(Protocol::canonicalName).toList(),
            protocols.main().canonicalName(),
            protocols.versions()));
  }

  private void runHeartbeat() {
    heartbeatQueued.set(false);
    try {
      heartbeat.run();
      failing = false;
    } catch (DatabaseException e) {
      if (!failing) {
        LOG.warnf(
            "Failed to write the heartbeat; retrying every %s: %s",
            config.heartbeatInterval(), e.getMessage());
        failing = true;
      }
    } catch (RuntimeException e) {
      LOG.errorf(e, "Failed to write the heartbeat; retrying in %s", config.heartbeatInterval());
    }
  }

  /** Runs a heartbeat soon. Several calls queue only one heartbeat. */
  private void queueHeartbeat() {
    if (heartbeatQueued.compareAndSet(false, true)) {
      try {
        thread.execute(this::runHeartbeat);
      } catch (RejectedExecutionException e) {
        LOG.debug("Skipped the heartbeat because the service is stopping");
      }
    }
  }
}
