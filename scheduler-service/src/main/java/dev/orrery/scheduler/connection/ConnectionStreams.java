package dev.orrery.scheduler.connection;

import io.netty.handler.codec.http2.Http2Connection;

/**
 * The open streams of a connection of HTTP/2, which only the port of management serves. Responses
 * that the peer does not read wait in the flow control of the protocol, where their bytes cannot be
 * counted, so the connection takes memory for all streams that it may have. Only the event loop of
 * the connection uses it.
 */
final class ConnectionStreams {
  private static final int MAX = 8;

  /** Memory for as many responses of the port, of which the metrics are the largest. */
  static final long MAX_BYTES = MAX * 256L * 1024;

  private final Http2Connection connection;

  ConnectionStreams(Http2Connection connection) {
    this.connection = connection;
  }

  /**
   * Returns true if more streams are open than a connection may have, that of the request included.
   */
  boolean isFull() {
    return connection.numActiveStreams() > MAX;
  }
}
