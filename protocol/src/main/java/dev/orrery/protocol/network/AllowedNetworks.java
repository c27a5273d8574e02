package dev.orrery.protocol.network;

import dev.orrery.protocol.startup.StartupException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The networks that this program may dial when another party chose the address: the networks that
 * an operator listed, and the public internet.
 *
 * <p>Everything except public unicast addresses must be listed: loopback, private and link-local
 * networks (metadata services among them), carrier-grade NAT, multicast, reserved and documentation
 * ranges, and IPv6 forms that carry an IPv4 address ({@code ::a.b.c.d}, 6to4, Teredo). Two of these
 * forms are checked by the IPv4 address that they carry: {@code ::ffff:a.b.c.d} is that address,
 * and {@code 64:ff9b::a.b.c.d} reaches it through NAT64.
 */
public final class AllowedNetworks {
  private static final IpNetwork NAT64 = IpNetwork.parse("64:ff9b::/96");

  private final String setting;
  private final List<IpNetwork> networks;

  private AllowedNetworks(String setting, List<IpNetwork> networks) {
    this.setting = setting;
    this.networks = networks;
  }

  /**
   * Parses networks such as {@code 10.0.0.0/8} or {@code fd00::/8}, or single addresses.
   * Surrounding whitespace and empty texts are ignored.
   *
   * @param setting the key of the list, for error messages
   * @throws StartupException naming the first invalid text
   */
  public static AllowedNetworks parse(String setting, List<String> texts) {
    List<IpNetwork> networks = new ArrayList<>();
    for (String text : texts) {
      String stripped = text.strip();
      if (!stripped.isEmpty()) {
        networks.add(network(setting, stripped));
      }
    }
    return new AllowedNetworks(setting, List.copyOf(networks));
  }

  private static IpNetwork network(String setting, String text) {
    try {
      return IpNetwork.parse(text);
    } catch (IllegalArgumentException e) {
      throw new StartupException(
          setting
              + " names '"
              + text
              + "', which is not a valid network: "
              + e.getMessage()
              + ". Write networks such as 10.0.0.0/8 or fd00::/8.");
    }
  }

  /** Parses a literal address; empty for any other text. Never resolves a name. */
  public static Optional<InetAddress> spelledOut(String text) {
    try {
      return Optional.of(IpNetwork.literal(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public String setting() {
    return setting;
  }

  /** Returns true if the address is public or listed. */
  public boolean allows(InetAddress address) {
    InetAddress judged = meant(address);
    return PublicAddresses.contain(judged) || lists(address);
  }

  /** Returns true if the address is in one of the listed networks, even if it is public. */
  public boolean lists(InetAddress address) {
    InetAddress judged = meant(address);
    return networks.stream()
        .anyMatch(network -> network.contains(address) || network.contains(judged));
  }

  /** Returns the IPv4 address to which NAT64 translates this one, otherwise the address itself. */
  private static InetAddress meant(InetAddress address) {
    // Java reads a mapped address (::ffff:a.b.c.d) as IPv4 already.
    if (!(address instanceof Inet6Address) || !NAT64.contains(address)) {
      return address;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return setting + "=" + networks;
  }
}
