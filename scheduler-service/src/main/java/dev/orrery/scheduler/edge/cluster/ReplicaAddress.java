package dev.orrery.scheduler.edge.cluster;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.text.HostText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The address of a cluster port.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param port 1..65535
 */
record ReplicaAddress(String host, int port) {
  private static final Logger LOG = Logger.getLogger(ReplicaAddress.class);
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::");

  /**
   * Parses {@code host}, {@code host:port} or {@code [v6]:port}.
   *
   * @param otherwise the port if the text has none
   * @throws StartupException naming the setting, if the text has another form
   */
  static ReplicaAddress ofSetting(String text, int otherwise) {
    try {
      return parse(text.strip(), otherwise);
    } catch (IllegalArgumentException e) {
      throw new StartupException(
          "orrery.cluster.advertised-address is '"
              + text
              + "'; set a host or an address, with or without a port, such as 10.0.0.7:10020"
              + HostText.reason("cluster://" + text)
              + ".",
          e);
    }
  }

  /**
   * Parses a result of {@link #toString}.
   *
   * @throws IllegalArgumentException if the text is not an address
   */
  static ReplicaAddress parse(String text) {
    return parse(text, 0);
  }

  private static ReplicaAddress parse(String text, int otherwise) {
    URI uri = URI.create("cluster://" + text);
    String host = uri.getHost();
    int port = uri.getPort() < 0 ? otherwise : uri.getPort();
    if (host == null
        || port < 1
        || port > 65535
        || uri.getRawUserInfo() != null
        || !uri.getRawAuthority().equals(text)) {
      throw new IllegalArgumentException("No address of a replica: " + text);
    }
    return new ReplicaAddress(host.replaceAll("^\\[|]$", ""), port);
  }

  static ReplicaAddress ofBound(String host, int port) {
    return new ReplicaAddress(
        EVERY_ADDRESS.contains(host) ? mostLikely(ofThisMachine()) : host, port);
  }

  /**
   * Returns the own address that other machines most likely reach: prefers addresses that are not
   * loopback or link-local, then IPv4, then the first in the list.
   */
  static String mostLikely(Collection<InetAddress> own) {
    return own.stream()
        .min(
            Comparator.<InetAddress>comparingInt(
                    address ->
                        address.isLoopbackAddress() ? 2 : address.isLinkLocalAddress() ? 1 : 0)
                .thenComparingInt(address -> address instanceof Inet4Address ? 0 : 1))
        .map(InetAddress::getHostAddress)
        .map(address -> address.replaceAll("%.*", ""))
        .orElse("127.0.0.1");
  }

  /**
   * Returns the addresses of this machine: that of the host name first, which in Kubernetes is that
   * of the pod; may be empty.
   */
  static List<InetAddress> ofThisMachine() {
    List<InetAddress> found = new ArrayList<>();
    try {
      found.add(InetAddress.getLocalHost());
    } catch (UnknownHostException e) {
      LOG.debugf(
          "Failed to resolve this machine's host name; using its network interfaces: %s",
          e.getMessage());
    }
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .forEach(found::add);
    } catch (SocketException e) {
      LOG.debugf("Failed to list the network interfaces; skipping them: %s", e.getMessage());
    }
    return found;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
