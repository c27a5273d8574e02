package dev.orrery.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Resolves host names. Called on a thread that may block. */
@FunctionalInterface
public interface NameResolver {
  /** The system resolver; it answers literal addresses without a lookup. */
  NameResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * Returns at least one address, in the order in which to try them.
   *
   * @param host a name, or an address without brackets
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
