package dev.orrery.scheduler.powerjob;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_WORKER_PORTS;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.ClusterQuery;
import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import dev.orrery.powerjob.port.WorkerMessageHandler;
import dev.orrery.powerjob.port.WorkerPort;
import dev.orrery.powerjob.port.WorkerPortModule;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.scheduler.engine.agreement.PortWatch;
import dev.orrery.scheduler.engine.agreement.ProtocolConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * Opens and closes the port for PowerJob workers of the protocol AKKA, and receives their messages.
 * Its code is loaded only if the protocol is served.
 */
@ApplicationScoped
class PowerJobAkkaListener implements WorkerMessageHandler {
  private static final String PREFIX = "orrery.powerjob.akka";
  private static final String PORT = "powerjob-akka";
  private static final Logger LOG = Logger.getLogger(PowerJobAkkaListener.class);

  private final PowerJobConfig config;
  private final AkkaWorkerTransport transport;
  private final WorkerMessages messages;
  private final PortWatch watch;
  private WorkerPort port;

  PowerJobAkkaListener(
      PowerJobConfig config,
      AkkaWorkerTransport transport,
      WorkerMessages messages,
      PortWatch watch) {
    this.config = config;
    this.transport = transport;
    this.messages = messages;
    this.watch = watch;
  }

  static void check(
      @Observes @Priority(START_CHECKS) StartupEvent event,
      PowerJobConfig config,
      ProtocolConfig own,
      SchedulerProtocols protocols) {
    if (isServed(config)) {
      WorkerNetworkRule.requireNetworks(
          config.allowedNetworks(), "powerjob-akka", config.akka().host());
      if (protocols.active().contains(Protocol.AKKA)) {
        requireAnotherPort(config.akka().port(), own.akka().port());
      }
      requireModule();
    }
  }

  private static boolean isServed(PowerJobConfig config) {
    return config.enabled() && PowerJobModule.served(config.protocols()).contains(Protocol.AKKA);
  }

  /** Two actor systems cannot share a port: a peer dials one of them by its name. */
  static void requireAnotherPort(int port, int ownPort) {
    if (port == ownPort && port != 0) {
      throw new StartupException(
          PREFIX
              + ".port and orrery.protocols.akka.port are both "
              + port
              + ", but PowerJob workers and Orrery workers need a port each. Set one of them to"
              + " another number, or take akka out of "
              + PowerJobModule.PROTOCOLS
              + " or orrery.protocols.active.");
    }
  }

  private static WorkerPortModule requireModule() {
    return WorkerPortModule.find()
        .orElseThrow(
            () ->
                new StartupException(
                    PowerJobModule.PROTOCOLS
                        + " names akka, which this build does not contain. Set "
                        + PowerJobModule.PROTOCOLS
                        + "=http, and the protocol HTTP at the workers."));
  }

  void start(@Observes @Priority(START_WORKER_PORTS) StartupEvent event) {
    if (!isServed(config)) {
      return;
    }
    port = requireModule().open(settings(), config.requireOwnAddress(), this);
    transport.opened(port);
    watch.watch(PORT, port::isResponding, port::replacements);
    LOG.infof(
        "Worker port bound: protocol=powerjob-akka host=%s port=%d advertised=%s",
        config.akka().host(), port.port(), port.address());
  }

  private EndpointSettings settings() {
    return new EndpointSettings(
        PREFIX,
        WorkerNetworkRule.SETTING,
        "orrery.protocols.akka.tls",
        config.akka().host(),
        config.akka().port(),
        config.akka().advertisedHost(),
        config.allowedNetworks().map(networks -> WorkerNetworkRule.networks(config)),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public void heartbeat(String caller, Heartbeat heartbeat) {
    messages.heartbeat(messages.byAddress(transport, caller), heartbeat);
  }

  @Override
  public CompletionStage<AskAnswer> report(String caller, InstanceReport report) {
    return messages.report(messages.byAddress(transport, caller), report);
  }

  @Override
  public void log(String caller, LogReport report) {
    messages.log(messages.byAddress(transport, caller), report);
  }

  @Override
  public CompletionStage<AskAnswer> cluster(String caller, ClusterQuery query) {
    return messages.cluster(messages.byAddress(transport, caller), query);
  }

  /** After the gateway sessions, which send nothing from then on. */
  void stop(@Observes @Priority(STOP_CALLS + 1) ShutdownEvent event) {
    if (port != null) {
      transport.closed();
      watch.closed(PORT);
      port.close();
    }
  }
}
