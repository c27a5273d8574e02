package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_WORKER_PORTS;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_CALLS;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Opens and closes the port to which PowerJob workers of the protocol MU connect. */
@ApplicationScoped
class MuListener {
  private static final String SETTING = "orrery.powerjob.mu.port";

  /** A worker sends its status every 10 s, and over an idle connection something every 30 s. */
  private static final int IDLE_SECONDS = 75;

  private static final Logger LOG = Logger.getLogger(MuListener.class);

  private final PowerJobConfig config;
  private final WorkerNetworkRule networks;
  private final MuWorkerTransport transport;
  private final WorkerMessages messages;
  private final JoinRefusal refusals;
  private final Vertx vertx;
  private final MuQuotas quotas;
  private final ObjectMapper json;
  private final ObjectMapper boundedJson;
  private NetServer server;

  MuListener(
      PowerJobConfig config,
      WorkerNetworkRule networks,
      MuWorkerTransport transport,
      WorkerMessages messages,
      JoinRefusal refusals,
      Vertx vertx,
      QuotaMetrics quotas,
      ObjectMapper json) {
    this.config = config;
    this.networks = networks;
    this.transport = transport;
    this.messages = messages;
    this.refusals = refusals;
    this.vertx = vertx;
    this.quotas = MuQuotas.watchedBy(quotas);
    this.json = json;
    this.boundedJson = BoundedJson.of(json);
  }

  static void check(@Observes @Priority(START_CHECKS) StartupEvent event, PowerJobConfig config) {
    if (isServed(config)) {
      WorkerNetworkRule.requireNetworks(
          config.allowedNetworks(), PortPlan.POWERJOB_MU, config.mu().host());
    }
  }

  private static boolean isServed(PowerJobConfig config) {
    return config.enabled() && PowerJobModule.served(config.protocols()).contains(Protocol.MU);
  }

  void start(@Observes @Priority(START_WORKER_PORTS) StartupEvent event) {
    if (!isServed(config)) {
      return;
    }
    NetServerOptions options =
        new NetServerOptions()
            .setHost(config.mu().host())
            .setPort(config.mu().port())
            .setReadIdleTimeout(IDLE_SECONDS)
            .setTcpKeepAlive(true);
    server = vertx.createNetServer(options).connectHandler(this::accept);
    try {
      server.listen().toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new StartupException(
          "port %d of PowerJob's protocol mu on %s cannot be bound (%s). Stop the process that uses it, or set %s."
              .formatted(
                  config.mu().port(), config.mu().host(), e.getCause().getMessage(), SETTING),
          e);
    }
    transport.opened(true);
    LOG.infof(
        "Worker port bound: protocol=powerjob-mu host=%s port=%d",
        config.mu().host(), server.actualPort());
  }

  /** Returns the address that a worker must dial; empty if the port is closed. */
  Optional<String> address(String dialledHost) {
    return transport.isOpen()
        ? Optional.of(config.mu().advertisedHost().orElse(dialledHost) + ":" + server.actualPort())
        : Optional.empty();
  }

  private void accept(NetSocket socket) {
    String host = socket.remoteAddress().hostAddress();
    if (!networks.allow(host)) {
      refusals.outsideOfNetworks(host);
      var unused = socket.close();
      return;
    }
    Optional<QuotaPermit> place = quotas.connections().hold(LimiterKey.of(host), 1);
    if (place.isEmpty()) {
      refusals.tooManyConnections(host);
      var unused = socket.close();
      return;
    }
    MuConnection connection = new MuConnection(socket, host, vertx, quotas.unread(), json);
    MuIntake intake =
        new MuIntake(
            socket,
            connection,
            transport,
            messages,
            refusals,
            vertx,
            quotas.arriving(),
            boundedJson);
    socket
        .exceptionHandler(
            broken ->
                LOG.debugf(
                    "Lost the connection to a PowerJob worker; it reconnects: %s",
                    broken.getMessage()))
        .closeHandler(
            closed -> {
              place.get().release();
              intake.onClosed();
            })
        .handler(intake::receive);
  }

  /** After the gateway sessions, which send nothing from then on. */
  void stop(@Observes @Priority(STOP_CALLS + 1) ShutdownEvent event) {
    if (server != null) {
      transport.opened(false);
      server.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
