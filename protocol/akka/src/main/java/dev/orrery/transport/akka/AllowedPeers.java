package dev.orrery.transport.akka;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.protocol.transport.EndpointSettings;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The networks from which one side accepts connections, and to which it may connect. */
public final class AllowedPeers {
  private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1");

  /** Null means any peer, which requires TLS. */
  private final AllowedNetworks networks;

  private AllowedPeers(AllowedNetworks networks) {
    this.networks = networks;
  }

  /**
   * Uses the configured networks. The default is any peer with TLS, and this machine only without
   * TLS.
   */
  public static AllowedPeers of(EndpointSettings settings) {
    return of(
        settings
            .networks()
            .or(
                () ->
                    settings.tls().isPresent()
                        ? Optional.empty()
                        : Optional.of(AllowedNetworks.parse(settings.networksKey(), LOOPBACK))));
  }

  /**
   * @param networks empty means any peer, which requires TLS
   */
  public static AllowedPeers of(Optional<AllowedNetworks> networks) {
    return new AllowedPeers(networks.orElse(null));
  }

  public boolean includes(InetAddress address) {
    return networks == null || networks.lists(address);
  }

  @Override
  public String toString() {
    return networks == null ? "any network" : networks.toString();
  }
}
