package dev.orrery.agent.startup;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.service.AkkaTls;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The address at which an agent with akka listens for responses, and the peers that it accepts. */
@Singleton
class AkkaEndpoint {
  private static final String PREFIX = "orrery.worker.akka";
  private static final String NETWORKS = PREFIX + ".allowed-networks";
  private static final String TLS = PREFIX + ".tls";

  private final WorkerConfig config;
  private final AkkaTls tls;

  AkkaEndpoint(WorkerConfig config, AkkaTls tls) {
    this.config = config;
    this.tls = tls;
  }

  /**
   * @throws dev.orrery.protocol.startup.StartupException if the networks or the TLS configuration
   *     are invalid
   */
  EndpointSettings settings() {
    return new EndpointSettings(
        PREFIX,
        NETWORKS,
        TLS,
        config.akka().host(),
        config.akka().port(),
        config.akka().advertisedHost(),
        config.akka().allowedNetworks().map(networks -> AllowedNetworks.parse(NETWORKS, networks)),
        config.akka().tls().map(name -> tls.named(TLS, name)),
        towards(config.server()));
  }

  private static Optional<String> towards(Optional<List<String>> servers) {
    return servers.isEmpty()
        ? Optional.of("localhost")
        : servers.get().stream().findFirst().map(server -> URI.create(server.strip()).getHost());
  }
}
