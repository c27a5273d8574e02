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

  /** The connection data that the limits depend on. Times are monotonic nanoseconds. */
  interface Limited {
    InetAddress machine();

    /** Returns true if it has not yet sent a whole frame. */
    boolean isHandshaking();

    /** The received bytes of an incomplete frame. */
    long partialBytes();

    /** Returns true if part of a frame, or of its length, has arrived. */
    boolean isMidFrame();

    long openedAtNanos();

    long lastReadNanos();

    /** The start of the incomplete frame. */
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
   * Returns a connection to close before a new one of this machine is accepted. The caller closes
   * it and asks again until the result is empty. A machine with many connections loses its own ones
   * first.
   *
   * @param now monotonic nanoseconds
   */
  <C extends Limited> Optional<Excess<C>> beforeAccept(
      Collection<C> open, InetAddress machine, long now) {
    Predicate<C> ofMachine = connection -> connection.machine().equals(machine);
    if (count(open, Limited::isHandshaking) >= limits.maxHandshaking()) {
      return oldest(open, Limited::isHandshaking, Limited::openedAtNanos, now)
          .map(found -> new Excess<>(found, "too many connections without a complete frame"));
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
   * Returns the connection with the oldest incomplete frame, if all incomplete frames together are
   * too large.
   *
   * @param partialBytes the sum over all connections
   */
  <C extends Limited> Optional<Excess<C>> afterRead(
      Collection<C> open, long partialBytes, long now) {
    return partialBytes <= limits.maxPartialBytes()
        ? Optional.empty()
        : oldest(open, each -> each.partialBytes() > 0, Limited::frameSinceNanos, now)
            .map(found -> new Excess<>(found, "too many bytes of incomplete frames"));
  }

  /** Returns the connections whose first frame, or any later frame, is overdue. */
  <C extends Limited> List<Excess<C>> late(Collection<C> open, long now) {
    return open.stream()
        .filter(connection -> isLate(connection, now))
        .map(found -> new Excess<>(found, "incomplete frame timed out"))
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

  /** Returns the oldest connection; the first one if several are equally old. */
  private static <C> Optional<C> oldest(
      Collection<C> open, Predicate<? super C> which, ToLongFunction<? super C> since, long now) {
    // Monotonic times overflow, so only their differences can be compared.
    Comparator<C> byAge = Comparator.comparingLong(each -> since.applyAsLong(each) - now);
    return open.stream().filter(which).min(byAge);
  }
}
