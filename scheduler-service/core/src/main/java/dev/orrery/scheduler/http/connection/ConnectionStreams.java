package dev.orrery.scheduler.http.connection;

import io.netty.handler.codec.http2.Http2Connection;

/**
 * Limits the open streams of an HTTP/2 connection, which only the management port serves. Unread
 * responses wait in the flow control of the protocol, where their bytes cannot be counted, so the
 * connection reserves memory for the maximum number of streams. Confined to the event loop of the
 * connection.
 */
final class ConnectionStreams {
  private static final int MAX_STREAMS = 8;

  /** Enough memory for the largest response of the port, the metrics, in each stream. */
  static final long MAX_BYTES = MAX_STREAMS * 256L * 1024;

  private final Http2Connection connection;

  ConnectionStreams(Http2Connection connection) {
    this.connection = connection;
  }

  /**
   * Returns true if the connection has too many open streams, including the stream of the request.
   */
  boolean isFull() {
    return connection.numActiveStreams() > MAX_STREAMS;
  }
}
