package dev.orrery.scheduler.filter;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes one connection when a header is not complete in time, counted from the read that began it.
 * Connections between two requests are left to the idle time-out of the port, and bodies to {@link
 * BodyGate}. Only the event loop of the connection uses it.
 */
final class HeaderDeadline {
  private final Duration longest;

  /** True from a complete header to the end of its body. */
  private boolean inMessage = true;

  private long headers;
  private Future<?> pending;

  private HeaderDeadline(Duration longest) {
    this.longest = longest;
  }

  /** Must be called on the event loop of the connection, while it handles a request. */
  static void watch(Channel connection, Duration longest) {
    ChannelHandlerContext decoder = connection.pipeline().context(HttpRequestDecoder.class);
    if (decoder != null) {
      HeaderDeadline deadline = new HeaderDeadline(longest);
      connection.pipeline().addBefore(decoder.name(), null, deadline.new Bytes());
      connection.pipeline().addAfter(decoder.name(), null, deadline.new Messages());
    }
  }

  /** The handler in front of the decoder, which is called for each read. */
  private final class Bytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      boolean beginsHeader = !inMessage;
      long before = headers;
      context.fireChannelRead(bytes);
      // A header that arrives in one read, as most do, needs no timer.
      if (beginsHeader && headers == before && pending == null) {
        start(context);
      }
    }
  }

  /** The handler behind the decoder. */
  private final class Messages extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        inMessage = true;
        headers++;
        stop();
      }
      if (message instanceof LastHttpContent) {
        inMessage = false;
      }
      context.fireChannelRead(message);
    }
  }

  private void start(ChannelHandlerContext context) {
    pending =
        context
            .executor()
            .schedule(() -> close(context), longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stop() {
    if (pending != null) {
      pending.cancel(false);
      pending = null;
    }
  }

  private void close(ChannelHandlerContext context) {
    Channel connection = context.channel();
    if (connection.isOpen() && !connection.config().isAutoRead()) {
      // The server does not read: earlier requests of the connection are not answered yet.
      start(context);
    } else {
      var unused = connection.close();
    }
  }
}
