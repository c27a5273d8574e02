package dev.orrery.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host. Called on a thread that may block. */
@FunctionalInterface
public interface NameResolver {
  /** The resolver of this machine; literal addresses need no look-up. */
  NameResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * The addresses in the order in which the caller must try them, at least one.
   *
   * @param host a name, or an address without brackets
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
