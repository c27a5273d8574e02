package dev.orrery.scheduler.edge.listener;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_WORKER_PORTS;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.SchedulerEnd;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.scheduler.base.lifecycle.ShutdownConfig;
import dev.orrery.scheduler.engine.agreement.PortRegistry;
import dev.orrery.scheduler.engine.agreement.PortWatch;
import dev.orrery.scheduler.engine.agreement.ProtocolConfig;
import dev.orrery.scheduler.engine.dispatch.PollService;
import dev.orrery.scheduler.http.connection.InFlightCounter;
import dev.orrery.service.AkkaTls;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Opens and closes the port of the protocol {@code akka}. Its code is loaded only if the protocol
 * is active.
 */
@ApplicationScoped
public class AkkaListener {
  private static final Logger LOG = Logger.getLogger(AkkaListener.class);
  private static final String PREFIX = "orrery.protocols.akka";
  private static final String NETWORKS = PREFIX + ".allowed-networks";
  private static final String TLS = PREFIX + ".tls";

  private final SchedulerProtocols protocols;
  private final ProtocolConfig config;
  private final ShutdownConfig shutdownConfig;
  private final PortRegistry ports;
  private final PortWatch watch;
  private final PollService polls;
  private final AkkaWorkerApi api;
  private final AkkaTls tls;
  private EndpointSettings settings;
  private SchedulerEnd end;

  AkkaListener(
      SchedulerProtocols protocols,
      ProtocolConfig config,
      ShutdownConfig shutdownConfig,
      PortRegistry ports,
      PortWatch watch,
      PollService polls,
      AkkaWorkerApi api,
      AkkaTls tls) {
    this.protocols = protocols;
    this.config = config;
    this.shutdownConfig = shutdownConfig;
    this.ports = ports;
    this.watch = watch;
    this.polls = polls;
    this.api = api;
    this.tls = tls;
  }

  void check(@Observes @Priority(START_CHECKS) StartupEvent event) {
    if (protocols.active().contains(Protocol.AKKA)) {
      settings = settings(config.akka());
      module().check(settings);
    }
  }

  private static TransportModule module() {
    return TransportModule.find(Protocol.AKKA)
        .orElseThrow(() -> new StartupException("the protocol akka is not part of this build"));
  }

  void start(@Observes @Priority(START_WORKER_PORTS) StartupEvent event) {
    if (!protocols.active().contains(Protocol.AKKA)) {
      return;
    }
    end = module().listen(settings, api);
    ports.bound(Protocol.AKKA, end.port(), end.address());
    watch.watch(Protocol.AKKA.canonicalName(), end::isResponding, end::replacements);
    LOG.infof(
        "Worker port bound: protocol=akka host=%s port=%d advertised=%s",
        config.akka().host(), end.port(), end.address());
  }

  private EndpointSettings settings(ProtocolConfig.Akka akka) {
    return new EndpointSettings(
        PREFIX,
        NETWORKS,
        TLS,
        akka.host(),
        akka.port(),
        akka.advertisedHost(),
        akka.allowedNetworks().map(networks -> AllowedNetworks.parse(NETWORKS, networks)),
        akka.tls().map(name -> tls.named(TLS, name)),
        Optional.empty());
  }

  void stop(@Observes @Priority(STOP_CALLS) ShutdownEvent event) throws InterruptedException {
    if (end == null) {
      return;
    }
    InFlightCounter inFlight = api.stop();
    polls.stop();
    int left = inFlight.awaitNone(shutdownConfig.timeout());
    if (left > 0) {
      LOG.warnf("Shutdown timed out; cut off worker requests: protocol=akka count=%d", left);
    }
    ports.closed(Protocol.AKKA);
    watch.closed(Protocol.AKKA.canonicalName());
    end.close();
  }
}
