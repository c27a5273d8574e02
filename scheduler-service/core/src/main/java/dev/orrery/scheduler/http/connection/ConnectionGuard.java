package dev.orrery.scheduler.http.connection;

import dev.orrery.scheduler.base.lifecycle.MemoryExhaustion;
import dev.orrery.scheduler.http.connection.ConnectionMetrics.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Enforces the limits of one connection. {@link ConnectionStreams} limits HTTP/2; a connection of
 * HTTP/1.1 has these limits:
 *
 * <ul>
 *   <li>One request at a time: the next header is decoded after the response has been written,
 *       while the peer reads, and after the other connections of the event loop had their turn.
 *       Otherwise a peer that sends requests and reads nothing would fill the memory with
 *       responses.
 *   <li>{@link UnreadBytes} bounds the bytes that the peer does not read, and the requests that
 *       wait for a response.
 *   <li>A header must be complete in time, counted from its first read. The idle time-out of the
 *       port closes connections between two requests, unless the last response was a 401.
 * </ul>
 *
 * <p>Holds bytes before the decoder instead of requests behind it: 64 KiB of bytes are 2,000
 * requests. While it holds bytes, it reads none, so it notices the end of such a connection after
 * the response. Reading stops by {@code autoRead}, which Vert.x sets, too: a read that Vert.x
 * requests is kept until the guard reads again. Confined to the event loop of the connection,
 * unless a method says otherwise.
 */
public final class ConnectionGuard {
  private static final AttributeKey<ConnectionGuard> GUARD =
      AttributeKey.valueOf(ConnectionGuard.class, "guard");

  private final Channel connection;
  private final OpenConnections port;
  private final ConnectionMetrics metrics;
  private final UnreadBytes unread;

  /** The app that reserved a place for this trusted connection. */
  private int app;

  /** The streams of an HTTP/2 connection; null for HTTP/1.1. */
  private ConnectionStreams streams;

  private volatile boolean trusted;
  private volatile boolean installed;

  /** Handler in front of the decoder; null before the first request. */
  private ChannelHandlerContext bytes;

  private final Queue<ByteBuf> held = new ArrayDeque<>();

  /** True from a complete header to the end of its body. */
  private boolean inMessage;

  /** Requests that were decoded and have no complete response. */
  private int unanswered;

  private long decoded;
  private long requests;

  /** True if the decoder may hold bytes of a further message. */
  private boolean mayHaveMore;

  private boolean decoding;
  private boolean resuming;
  private boolean stoppedReading;
  private boolean readAsked;

  /** Bounds the time to the end of a header. */
  private final ConnectionDeadline header;

  /** Bounds the time to the next request after a 401. */
  private final ConnectionDeadline afterRefusal;

  /** Bounds the time to the end of a body that continues after its response. */
  private final ConnectionDeadline restOfBody;

  ConnectionGuard(
      Channel connection,
      OpenConnections port,
      GuardTimes times,
      ResponseMemory responses,
      ConnectionMetrics metrics,
      int sharedAs) {
    this.connection = connection;
    this.port = port;
    this.metrics = metrics;
    this.unread = new UnreadBytes(connection, responses, times.stall(), sharedAs, this::close);
    this.header = deadline(times.header(), Reason.HEADER);
    this.afterRefusal = deadline(times.refused(), Reason.REFUSED);
    this.restOfBody = deadline(times.refused(), Reason.REFUSED);
  }

  private ConnectionDeadline deadline(Duration limit, Reason reason) {
    return new ConnectionDeadline(connection, limit, () -> close(reason));
  }

  /** Returns the guard of a connection; null if it has none. Thread-safe. */
  static ConnectionGuard of(Channel connection) {
    return connection.attr(GUARD).get();
  }

  /**
   * Marks the connection as trusted, because a request has a valid token of an app. Thread-safe.
   */
  public static void onCaller(Channel connection, int app) {
    ConnectionGuard guard = of(connection);
    if (guard == null) {
      return;
    }
    if (connection.eventLoop().inEventLoop()) {
      guard.trust(app);
    } else {
      connection.eventLoop().execute(() -> guard.trust(app));
    }
  }

  /** Returns the guard that the connection had before; null if this is now its guard. */
  ConnectionGuard attach() {
    return connection.attr(GUARD).setIfAbsent(this);
  }

  /** Returns true for the first request of the connection, which installs the handlers. */
  boolean onRequest() {
    if (streams != null && streams.isFull()) {
      close(Reason.UNREAD);
    }
    if (installed) {
      return false;
    }
    installed = true;
    ChannelHandlerContext decoder = connection.pipeline().context(HttpRequestDecoder.class);
    Http2ConnectionHandler http2 = connection.pipeline().get(Http2ConnectionHandler.class);
    if (decoder != null) {
      install(decoder);
    } else if (http2 != null) {
      streams = new ConnectionStreams(http2.connection());
      unread.onHeld(ConnectionStreams.MAX_BYTES);
    }
    return true;
  }

  private void install(ChannelHandlerContext decoder) {
    inMessage = true;
    unanswered = 1;
    ((HttpRequestDecoder) decoder.handler()).setSingleDecode(true);
    connection.pipeline().addBefore(decoder.name(), null, new Bytes());
    ChannelHandlerContext encoder = connection.pipeline().context(HttpResponseEncoder.class);
    connection
        .pipeline()
        .addAfter(encoder == null ? decoder.name() : encoder.name(), null, new Messages());
    // The rest of a body in chunks, which came with its header, stays in the decoder.
    mayHaveMore = true;
    resumeLater();
  }

  /** Thread-safe. */
  boolean isTrusted() {
    return trusted;
  }

  /** Thread-safe. */
  boolean isOpen() {
    return connection.isOpen();
  }

  private void trust(int caller) {
    if (!connection.isOpen()) {
      return;
    }
    unread.useShareOf(caller);
    if (caller != app) {
      distrust();
      app = caller;
    }
    if (!trusted) {
      trusted = port.trust(this, caller);
    }
  }

  private void distrust() {
    if (trusted) {
      trusted = false;
      port.distrust(this, app);
    }
  }

  /** Closes the connection before the header of its first request. Thread-safe. */
  void closeIfSilent() {
    if (!installed) {
      close(Reason.HEADER);
    }
  }

  /** Closes the connection without waiting for bytes that the peer does not read. Thread-safe. */
  void close(Reason reason) {
    metrics.count(reason);
    ChannelHandlerContext installedAt = bytes;
    var unused = installedAt == null ? connection.close() : installedAt.close();
  }

  void onClosed() {
    header.stop();
    afterRefusal.stop();
    restOfBody.stop();
    unread.end();
    distrust();
    held.forEach(ByteBuf::release);
    held.clear();
  }

  // Requests.

  private boolean mustWait() {
    return !inMessage && (unanswered > 0 || !connection.isWritable());
  }

  private boolean mustStopReading() {
    return !inMessage && (!held.isEmpty() || !connection.isWritable());
  }

  private void receive(ByteBuf read) {
    held.add(read);
    decode();
    unread.onHeld(heldBytes());
    limitRestOfBody();
    adjustReading();
  }

  /** Returns the memory of held bytes: even a read of a few bytes has a large buffer. */
  private long heldBytes() {
    return held.isEmpty() ? 0 : held.stream().mapToLong(ByteBuf::capacity).sum();
  }

  /**
   * Decodes one message after the other, up to the end of a request. The next request is decoded
   * after the other connections of the event loop had their turn.
   */
  private void decode() {
    if (decoding) {
      return;
    }
    decoding = true;
    long before = requests;
    try {
      while (!mustWait() && requests == before && hasMore()) {
        ByteBuf next = Unpooled.EMPTY_BUFFER;
        if (!mayHaveMore) {
          next = held.remove();
        }
        boolean beginsHeader = !inMessage && next.isReadable();
        long earlier = decoded;
        bytes.fireChannelRead(next);
        mayHaveMore = decoded != earlier;
        // A header that arrives in one read, as most do, needs no timer.
        if (beginsHeader && !mayHaveMore) {
          header.start();
        }
      }
    } finally {
      decoding = false;
    }
    resumeLater();
  }

  private boolean hasMore() {
    return mayHaveMore || !held.isEmpty();
  }

  /** Never resumes inside the decoder, nor before the server has ended the response. */
  private void resumeLater() {
    if (!resuming && !mustWait() && (hasMore() || stoppedReading || readAsked)) {
      resuming = true;
      connection.eventLoop().execute(this::resume);
    }
  }

  /**
   * Continues with requests that waited for a response, for the peer to read, or for their turn.
   */
  private void resume() {
    resuming = false;
    if (bytes.isRemoved() || mustWait()) {
      return;
    }
    if (hasMore()) {
      decode();
      unread.onHeld(heldBytes());
      // The server sends its responses at the end of a read.
      bytes.fireChannelReadComplete();
    }
    adjustReading();
  }

  private void adjustReading() {
    if (mustStopReading()) {
      if (connection.config().isAutoRead()) {
        stoppedReading = true;
        connection.config().setAutoRead(false);
      }
    } else {
      if (stoppedReading) {
        stoppedReading = false;
        connection.config().setAutoRead(true);
      }
      if (readAsked) {
        readAsked = false;
        bytes.read();
      }
    }
  }

  private void onRequestDecoded() {
    inMessage = true;
    unanswered++;
    header.stop();
    afterRefusal.stop();
  }

  private void onRequestEnd() {
    inMessage = false;
    requests++;
    restOfBody.stop();
  }

  // Responses.

  private void onResponse(HttpResponseStatus status) {
    if (status.code() == HttpResponseStatus.UNAUTHORIZED.code()) {
      distrust();
    }
  }

  private void onResponseEnd(HttpResponseStatus status) {
    unanswered--;
    if (status != null && status.code() == HttpResponseStatus.UNAUTHORIZED.code()) {
      afterRefusal.restart();
    } else if (!decoding) {
      limitRestOfBody();
    }
    if (!decoding) {
      resumeLater();
    }
  }

  private void limitRestOfBody() {
    if (inMessage && unanswered == 0) {
      restOfBody.start();
    }
  }

  /** The handler in front of the decoder. */
  private final class Bytes extends ChannelDuplexHandler {
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      bytes = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
      receive((ByteBuf) read);
    }

    @Override
    public void read(ChannelHandlerContext context) {
      if (mustStopReading()) {
        readAsked = true;
      } else {
        context.read();
      }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      unread.onWrite(message);
      var unused = context.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
      context.flush();
      unread.onFlushed();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      context.fireChannelWritabilityChanged();
      resumeLater();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      MemoryExhaustion.endProcessIfExhausted(cause);
      context.fireExceptionCaught(cause);
    }
  }

  /** The handler between the codec and the server. */
  private final class Messages extends ChannelDuplexHandler {
    private HttpResponseStatus status;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      decoded++;
      if (message instanceof HttpRequest) {
        onRequestDecoded();
      }
      if (message instanceof LastHttpContent) {
        onRequestEnd();
      }
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof HttpResponse response) {
        status = response.status();
        onResponse(status);
      }
      boolean ends = message instanceof LastHttpContent && !isInterim(status);
      if (ends) {
        var unused =
            context.write(
                message,
                promise
                    .unvoid()
                    .addListener(sent -> MemoryExhaustion.endProcessIfExhausted(sent.cause())));
        onResponseEnd(status);
      } else {
        var unused = context.write(message, promise);
      }
    }

    private static boolean isInterim(HttpResponseStatus status) {
      return status != null
          && status.codeClass() == HttpStatusClass.INFORMATIONAL
          && status.code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    }
  }
}
