package dev.orrery.outbound;

import dev.orrery.outbound.OutboundException.Kind;
import dev.orrery.protocol.network.AllowedNetworks;
import io.vertx.core.Future;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Resolves a host name, and returns only the addresses that are in allowed networks. */
final class AllowedAddressResolver implements AutoCloseable {
  private final LookupQueue lookups;
  private final AllowedNetworks networks;

  AllowedAddressResolver(LookupQueue lookups, AllowedNetworks networks) {
    this.lookups = lookups;
    this.networks = networks;
  }

  /**
   * Resolves at least one address, all of them allowed; otherwise fails with an {@link
   * OutboundException}.
   */
  Future<List<InetAddress>> resolve(int owner, String host) {
    Optional<InetAddress> literal = AllowedNetworks.spelledOut(host);
    if (literal.isPresent()) {
      return allowed(host, List.of(literal.get()));
    }
    return lookups
        .lookUp(owner, host)
        .transform(
            found ->
                found.succeeded()
                    ? allowed(host, found.result())
                    : Future.failedFuture(unresolved(host, found.cause())));
  }

  /**
   * Returns the allowed addresses. Dropping the others is enough, because the caller dials exactly
   * these addresses without another lookup.
   */
  private Future<List<InetAddress>> allowed(String host, List<InetAddress> found) {
    List<InetAddress> allowed = found.stream().filter(networks::allows).toList();
    return allowed.isEmpty()
        ? Future.failedFuture(refusal(host, found.get(0)))
        : Future.succeededFuture(allowed);
  }

  private OutboundException refusal(String host, InetAddress address) {
    String literal = address.getHostAddress();
    boolean spelledOut = AllowedNetworks.spelledOut(host).isPresent();
    String who = spelledOut ? "the address " + literal : host + " is " + literal + ": it";
    String message =
        who
            + " is not public, and not allowed here. To allow it, list its network in "
            + networks.setting()
            + ", such as "
            + network(address)
            + ".";
    return spelledOut
        ? new OutboundException(Kind.REFUSED_ADDRESS, message)
        : new OutboundException(Kind.REFUSED_ADDRESS, message, noneMayBeCalled(host), null);
  }

  private Throwable unresolved(String host, Throwable failure) {
    return failure instanceof UnknownHostException
        ? new OutboundException(
            Kind.UNKNOWN_HOST,
            "the name " + host + " has no address",
            noneMayBeCalled(host),
            failure)
        : failure;
  }

  /** Returns the same text for an unknown name and for a name in a private network. */
  private String noneMayBeCalled(String host) {
    return "the name "
        + host
        + " has no address that may be called: it is unknown, or its addresses are neither public"
        + " nor in "
        + networks.setting();
  }

  /** Returns the smallest network that contains the address. */
  private static String network(InetAddress address) {
    // An IPv6 address may name the interface that it belongs to, which a network does not.
    return address.getHostAddress().replaceFirst("%.*", "")
        + "/"
        + (address instanceof Inet6Address ? 128 : 32);
  }

  @Override
  public void close() {
    lookups.close();
  }
}
