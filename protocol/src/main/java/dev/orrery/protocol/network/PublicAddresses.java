package dev.orrery.protocol.network;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Recognizes addresses of the public internet, by the IANA registries of special-purpose addresses
 * for IPv4 and IPv6.
 */
final class PublicAddresses {
  private static final List<IpNetwork> NOT_PUBLIC =
      networks(
          "0.0.0.0/8", // this network; 0.0.0.0 reaches this machine
          "10.0.0.0/8",
          "100.64.0.0/10", // carrier-grade NAT; clouds put metadata there too
          "127.0.0.0/8",
          "168.63.129.16/32", // a public address, but platform services in Azure
          "169.254.0.0/16", // link-local, metadata
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // relays of 6to4
          "192.168.0.0/16",
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4", // reserved, broadcast
          "2001::/23", // protocols, Teredo among them
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4, which carries any IPv4 address
          "3fff::/20"); // documentation

  /**
   * The global unicast addresses of IPv6; all others are loopback, local, multicast or reserved.
   */
  private static final IpNetwork GLOBAL_V6 = IpNetwork.parse("2000::/3");

  private PublicAddresses() {}

  private static List<IpNetwork> networks(String... texts) {
    return Stream.of(texts).map(IpNetwork::parse).toList();
  }

  static boolean contain(InetAddress address) {
    boolean v4 = address.getAddress().length == 4;
    return (v4 || GLOBAL_V6.contains(address))
        && NOT_PUBLIC.stream().noneMatch(network -> network.contains(address));
  }
}
