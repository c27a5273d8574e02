package dev.orrery.scheduler.filter;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Closes connections of a port that do not send the header of their first request in time, or later
 * begin one and do not complete it in time ({@link HeaderDeadline}), and those beyond a number. It
 * installs itself on the port at the very first request, because a server that another library
 * opens has no other hook: earlier connections are neither timed nor counted. Thread-safe.
 */
@Sharable
final class FirstRequestDeadline extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<Boolean> SEEN =
      AttributeKey.valueOf(FirstRequestDeadline.class, "seen");

  private final Duration longest;
  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * @param most the most connections of the port
   */
  FirstRequestDeadline(Duration longest, int most) {
    this.longest = longest;
    this.most = most;
  }

  /** Must be called for each request once its header is read, on the connection's event loop. */
  void onRequest(Channel connection) {
    if (isFirst(connection)) {
      HeaderDeadline.watch(connection, longest);
      Channel port = connection.parent();
      if (port != null && isFirst(port)) {
        port.pipeline().addFirst(this);
      }
    }
  }

  /** A port reads accepted connections. */
  @Override
  public void channelRead(ChannelHandlerContext port, Object accepted) {
    if (accepted instanceof Channel connection) {
      if (open.incrementAndGet() > most) {
        open.decrementAndGet();
        // Not registered yet, so there is no event loop that could close it.
        connection.unsafe().closeForcibly();
        return;
      }
      connection.closeFuture().addListener(closed -> open.decrementAndGet());
      var unused =
          port.executor()
              .schedule(() -> closeSilent(connection), longest.toMillis(), TimeUnit.MILLISECONDS);
    }
    port.fireChannelRead(accepted);
  }

  private static void closeSilent(Channel connection) {
    if (!connection.hasAttr(SEEN)) {
      var unused = connection.close();
    }
  }

  private static boolean isFirst(Channel channel) {
    return channel.attr(SEEN).setIfAbsent(true) == null;
  }
}
