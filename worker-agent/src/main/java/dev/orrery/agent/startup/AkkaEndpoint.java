package dev.orrery.agent.startup;

import dev.orrery.service.AkkaTls;
import dev.orrery.worker.WorkerEndpoint;
import jakarta.inject.Singleton;

/**
 * Reads the settings of the address at which an agent with akka listens for responses, and of the
 * peers that it accepts.
 */
@Singleton
class AkkaEndpoint {
  private static final String PREFIX = "orrery.worker.akka";

  private final WorkerConfig config;
  private final AkkaTls tls;

  AkkaEndpoint(WorkerConfig config, AkkaTls tls) {
    this.config = config;
    this.tls = tls;
  }

  /**
   * @throws dev.orrery.protocol.startup.StartupException if the port or the TLS configuration is
   *     invalid
   */
  WorkerEndpoint get() {
    WorkerConfig.Akka akka = config.akka();
    WorkerEndpoint endpoint =
        SettingName.in(PREFIX + ".port", () -> WorkerEndpoint.at(akka.host(), akka.port()));
    akka.advertisedHost().ifPresent(endpoint::advertisedHost);
    akka.allowedNetworks().ifPresent(endpoint::allowedNetworks);
    akka.tls().ifPresent(name -> endpoint.tls(tls.named(PREFIX + ".tls", name)));
    return endpoint;
  }
}
