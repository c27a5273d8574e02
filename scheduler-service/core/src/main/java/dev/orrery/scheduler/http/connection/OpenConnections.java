package dev.orrery.scheduler.http.connection;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.http.connection.ConnectionMetrics.Reason;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one port, up to a limit. A connection is trusted from its first valid token
 * on. The trusted connections of one app are at most half of the limit; further ones stay
 * untrusted. At the limit, a new connection replaces the untrusted one that has sent no request for
 * longest, and is refused only if all others are trusted. A connection that does not send the
 * header of its first request in time is closed.
 *
 * <p>If another library opens the port, there is no hook for its connections: this class installs
 * itself at the first request, and earlier connections count from their own first request on.
 * Thread-safe.
 */
@Sharable
public final class OpenConnections extends ChannelInboundHandlerAdapter {
  /** Short, because clients connect only when they have a request. */
  public static final Duration MAX_SILENCE = Duration.ofSeconds(10);

  /**
   * The bytes of a read. Each connection may hold two reads, so small ones leave memory for many
   * connections.
   */
  private static final RecvByteBufAllocator READS =
      new AdaptiveRecvByteBufAllocator(64, 2 * 1024, 16 * 1024);

  private static final AttributeKey<Boolean> INSTALLED =
      AttributeKey.valueOf(OpenConnections.class, "installed");

  private final int most;
  private final int sharedAs;
  private final ResponseMemory responses;
  private final ConnectionMetrics metrics;
  private final GuardTimes times;
  private final AppQuota trusted;

  /**
   * Connections without a valid token; the one that has sent no request for longest comes first.
   */
  private final Set<ConnectionGuard> untrusted = new LinkedHashSet<>();

  private int open;

  /**
   * @param most the maximum number of connections of the port, at least 2
   * @param sharedAs the share of {@link ResponseMemory} for connections without a valid token
   */
  public OpenConnections(
      int most, int sharedAs, ResponseMemory responses, ConnectionMetrics metrics) {
    this(most, sharedAs, responses, metrics, GuardTimes.STANDARD);
  }

  OpenConnections(
      int most,
      int sharedAs,
      ResponseMemory responses,
      ConnectionMetrics metrics,
      GuardTimes times) {
    this.most = most;
    this.sharedAs = sharedAs;
    this.responses = responses;
    this.metrics = metrics;
    this.times = times;
    this.trusted = new AppQuota(most, most / 2);
  }

  /** Must be called for each request once its header is read, on the connection's event loop. */
  public void onRequest(Channel connection) {
    ConnectionGuard guard = ConnectionGuard.of(connection);
    if (guard == null) {
      guard = add(connection);
    }
    if (guard.onRequest()) {
      Channel port = connection.parent();
      if (port != null && port.attr(INSTALLED).setIfAbsent(true) == null) {
        port.pipeline().addFirst(this);
      }
    }
    if (!guard.isTrusted()) {
      moveToEnd(guard);
    }
  }

  /**
   * Must be called for each connection of our own ports, before its first request.
   *
   * @return false if the connection must be closed, because all places are taken
   */
  public boolean onOpened(Channel connection) {
    // The port calls this itself; nothing else must install it.
    connection.parent().attr(INSTALLED).set(true);
    if (!admit()) {
      metrics.count(Reason.FULL);
      return false;
    }
    ConnectionGuard guard = add(connection);
    var unused =
        connection
            .parent()
            .eventLoop()
            .schedule(guard::closeIfSilent, times.header().toMillis(), TimeUnit.MILLISECONDS);
    return true;
  }

  /** A port reads accepted connections. */
  @Override
  public void channelRead(ChannelHandlerContext port, Object accepted) {
    if (accepted instanceof Channel connection && !onOpened(connection)) {
      // The connection is not registered yet, so no event loop could close it.
      connection.unsafe().closeForcibly();
      return;
    }
    port.fireChannelRead(accepted);
  }

  /** Returns false if all places are taken by trusted connections. */
  private boolean admit() {
    ConnectionGuard replaced;
    synchronized (this) {
      if (open < most) {
        return true;
      }
      Iterator<ConnectionGuard> longestIdle = untrusted.iterator();
      if (!longestIdle.hasNext()) {
        return false;
      }
      replaced = longestIdle.next();
      longestIdle.remove();
    }
    replaced.close(Reason.REPLACED);
    return true;
  }

  private ConnectionGuard add(Channel connection) {
    connection.config().setRecvByteBufAllocator(READS);
    ConnectionGuard guard =
        new ConnectionGuard(connection, this, times, responses, metrics, sharedAs);
    ConnectionGuard earlier = guard.attach();
    if (earlier != null) {
      return earlier;
    }
    synchronized (this) {
      open++;
      untrusted.add(guard);
    }
    connection.closeFuture().addListener(closed -> remove(guard));
    return guard;
  }

  private void remove(ConnectionGuard guard) {
    synchronized (this) {
      open--;
      untrusted.remove(guard);
    }
    guard.onClosed();
  }

  synchronized int count() {
    return open;
  }

  private synchronized void moveToEnd(ConnectionGuard guard) {
    if (untrusted.remove(guard)) {
      untrusted.add(guard);
    }
  }

  /** Reserves a place for one more trusted connection; returns false if the app has none left. */
  boolean trust(ConnectionGuard guard, int app) {
    if (!trusted.tryTake(app, 1)) {
      return false;
    }
    synchronized (this) {
      untrusted.remove(guard);
    }
    return true;
  }

  void distrust(ConnectionGuard guard, int app) {
    trusted.release(app, 1);
    if (guard.isOpen()) {
      synchronized (this) {
        untrusted.add(guard);
      }
    }
  }
}
