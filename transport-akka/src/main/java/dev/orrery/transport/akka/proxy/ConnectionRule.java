package dev.orrery.transport.akka.proxy;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Decides which connections the proxy must close to stay within its limits. This is a pure rule: it
 * uses no socket, clock or thread, and closes nothing.
 */
final class ConnectionRule {
  private final ProxyLimits limits;

  /** The data of a connection that the limits depend on. Times are monotonic nanoseconds. */
  interface Limited {
    /** The machine of the peer. */
    InetAddress machine();

    /** Returns true if it has not sent a whole frame. */
    boolean isHandshaking();

    /** The bytes of the frame that has arrived in part. */
    long partialBytes();

    /** Returns true if a frame, or its length, has arrived in part. */
    boolean isMidFrame();

    long openedAtNanos();

    long lastReadNanos();

    /** The time at which the partial frame began. */
    long frameSinceNanos();
  }

  /**
   * A connection that must be closed.
   *
   * @param reason for the log, such as {@code too many connections}
   */
  record Excess<C>(C connection, String reason) {}

  ConnectionRule(ProxyLimits limits) {
    this.limits = limits;
  }

  /**
   * Returns a connection to close before one from this machine is accepted; the caller closes it
   * and asks again, until there is none. A machine that opens many connections displaces its own.
   *
   * @param now monotonic nanoseconds
   */
  <C extends Limited> Optional<Excess<C>> beforeAccept(
      Collection<C> open, InetAddress machine, long now) {
    Predicate<C> ofMachine = connection -> connection.machine().equals(machine);
    if (count(open, Limited::isHandshaking) >= limits.maxHandshaking()) {
      return oldest(open, Limited::isHandshaking, Limited::openedAtNanos, now)
          .map(found -> new Excess<>(found, "too many connections that have not sent a frame"));
    }
    if (count(open, ofMachine) >= limits.maxConnectionsOfOneMachine()) {
      return oldest(open, ofMachine, Limited::lastReadNanos, now)
          .map(found -> new Excess<>(found, "too many connections of one machine"));
    }
    if (open.size() >= limits.maxConnections()) {
      return oldest(open, connection -> true, Limited::lastReadNanos, now)
          .map(found -> new Excess<>(found, "too many connections"));
    }
    return Optional.empty();
  }

  /**
   * Returns the connection whose frame takes longest, if all partial frames together are too large.
   *
   * @param partialBytes the sum over all connections
   */
  <C extends Limited> Optional<Excess<C>> afterRead(
      Collection<C> open, long partialBytes, long now) {
    return partialBytes <= limits.maxPartialBytes()
        ? Optional.empty()
        : oldest(open, each -> each.partialBytes() > 0, Limited::frameSinceNanos, now)
            .map(found -> new Excess<>(found, "too many bytes of partial frames"));
  }

  /** Returns the connections whose first frame, or any later one, takes too long. */
  <C extends Limited> List<Excess<C>> late(Collection<C> open, long now) {
    return open.stream()
        .filter(connection -> isLate(connection, now))
        .map(found -> new Excess<>(found, "frame not finished in time"))
        .toList();
  }

  private boolean isLate(Limited connection, long now) {
    boolean firstIsLate =
        connection.isHandshaking()
            && now - connection.openedAtNanos() > limits.handshakeTimeout().toNanos();
    boolean frameIsLate =
        connection.isMidFrame()
            && now - connection.frameSinceNanos() > limits.frameTimeout().toNanos();
    return firstIsLate || frameIsLate;
  }

  private static <C> long count(Collection<C> open, Predicate<? super C> which) {
    return open.stream().filter(which).count();
  }

  /** Returns the oldest connection, and the first of several that are equally old. */
  private static <C> Optional<C> oldest(
      Collection<C> open, Predicate<? super C> which, ToLongFunction<? super C> since, long now) {
    // Monotonic times overflow, so only their differences can be compared.
    Comparator<C> byAge = Comparator.comparingLong(each -> since.applyAsLong(each) - now);
    return open.stream().filter(which).min(byAge);
  }
}
