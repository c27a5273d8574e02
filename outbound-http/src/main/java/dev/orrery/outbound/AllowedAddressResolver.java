package dev.orrery.outbound;

import dev.orrery.outbound.OutboundException.Kind;
import dev.orrery.protocol.network.AllowedNetworks;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finds the addresses of a host that may be dialled. Look-ups block, and a name server that does
 * not answer keeps them for long: so they have a few threads of their own and a bounded queue.
 */
final class AllowedAddressResolver implements AutoCloseable {
  private static final int THREADS = 8;
  private static final int QUEUE = 1000;

  private final NameResolver resolver;
  private final AllowedNetworks networks;
  private final ThreadPoolExecutor threads;

  AllowedAddressResolver(NameResolver resolver, AllowedNetworks networks) {
    this.resolver = resolver;
    this.networks = networks;
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            runnable -> {
              Thread thread = new Thread(runnable, "orrery-resolve");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** At least one address, and each of them allowed; else an {@link OutboundException}. */
  Future<List<InetAddress>> resolve(String host) {
    Promise<List<InetAddress>> promise = Promise.promise();
    try {
      threads.execute(
          () -> {
            try {
              promise.complete(allowed(host, resolver.resolve(host)));
            } catch (UnknownHostException e) {
              promise.fail(
                  new OutboundException(
                      Kind.UNKNOWN_HOST, "the name " + host + " has no address", e));
            } catch (OutboundException | RuntimeException e) {
              promise.fail(e);
            }
          });
    } catch (RejectedExecutionException e) {
      promise.fail(
          new OutboundException(
              Kind.UNKNOWN_HOST,
              "the name "
                  + host
                  + " could not be looked up: more than "
                  + QUEUE
                  + " look-ups wait already"));
    }
    return promise.future();
  }

  /**
   * Those that may be dialled; the others are left out, which is enough, since exactly these
   * addresses are dialled and no other look-up follows.
   */
  private List<InetAddress> allowed(String host, List<InetAddress> found) throws OutboundException {
    List<InetAddress> allowed = found.stream().filter(networks::allows).toList();
    if (allowed.isEmpty()) {
      throw new OutboundException(Kind.REFUSED_ADDRESS, refusal(host, found.get(0)));
    }
    return allowed;
  }

  private String refusal(String host, InetAddress address) {
    String literal = address.getHostAddress();
    String who = literal.equals(host) ? "the address " + literal : host + " is " + literal + ": it";
    return who
        + " is not public, and not allowed here. To allow it, list its network in "
        + networks.setting()
        + ", such as "
        + network(address)
        + ".";
  }

  /** The smallest network with the address. */
  private static String network(InetAddress address) {
    // An IPv6 address may name the interface that it belongs to, which a network does not.
    return address.getHostAddress().replaceFirst("%.*", "")
        + "/"
        + (address instanceof Inet6Address ? 128 : 32);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
