package dev.orrery.transport.akka;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.transport.EndpointSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Determines the host name or address that this side advertises to its peers. */
final class AdvertisedHost {
  private static final String LOOPBACK = "127.0.0.1";

  /** An address reserved for documentation; no packet is sent to it. */
  private static final String ANY_REMOTE = "192.0.2.1";

  private AdvertisedHost() {}

  /**
   * Returns the configured host, otherwise the bound address, otherwise the local address of the
   * route to the peers. An IPv6 literal has brackets and no zone, as in addresses of akka.
   *
   * @throws StartupException if other machines can reach the host, and neither networks nor TLS
   *     limit the peers
   */
  static String host(EndpointSettings settings) {
    return inAddress(chosen(settings));
  }

  private static String inAddress(String host) {
    return host.contains(":") && !host.startsWith("[")
        ? "[" + host.replaceFirst("%.*", "") + "]"
        : host;
  }

  private static String chosen(EndpointSettings settings) {
    boolean protectedByNothing = settings.networks().isEmpty() && settings.tls().isEmpty();
    if (settings.advertisedHost().isPresent()) {
      String stated = settings.advertisedHost().get().strip();
      if (protectedByNothing && !isLoopback(stated)) {
        throw refusal(settings, ".advertised-host", stated);
      }
      return stated;
    }
    if (!isAny(settings.host())) {
      if (protectedByNothing && !isLoopback(settings.host())) {
        throw refusal(settings, ".host", settings.host());
      }
      return settings.host();
    }
    return protectedByNothing ? LOOPBACK : found(settings.towards().orElse(ANY_REMOTE));
  }

  private static StartupException refusal(EndpointSettings settings, String key, String host) {
    return new StartupException(
        settings.prefix()
            + key
            + "="
            + host
            + " is reachable from other machines, but no peer is allowed. Set "
            + settings.networksKey()
            + " to the networks of the peers (such as 10.0.0.0/8), or "
            + settings.tlsKey()
            + " to the name of a quarkus.tls configuration.");
  }

  private static boolean isAny(String host) {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Returns the local address of the route to this host. Connecting a datagram socket selects that
   * address and sends nothing.
   */
  private static String found(String towards) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(towards), 9));
      InetAddress local = socket.getLocalAddress();
      return local.isAnyLocalAddress()
          ? InetAddress.getLocalHost().getHostAddress()
          : local.getHostAddress();
    } catch (IOException | java.io.UncheckedIOException e) {
      return LOOPBACK;
    }
  }
}
