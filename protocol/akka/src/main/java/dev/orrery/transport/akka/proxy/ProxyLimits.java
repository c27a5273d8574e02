package dev.orrery.transport.akka.proxy;

import java.time.Duration;

/**
 * Limits of a proxy.
 *
 * @param maxFrame the largest frame
 * @param maxConnections open connections; beyond it the longest idle one is closed
 * @param maxHandshaking connections without a complete frame; beyond it the oldest is closed
 * @param maxPartialBytes bytes of all incomplete frames; beyond it the connection with the oldest
 *     incomplete frame is closed
 * @param maxRemoteSystems remote actor systems of the last ten minutes that have proven themselves;
 *     beyond it a new one is refused, see {@link RemoteSystemRegistry}
 * @param handshakeTimeout the maximum time until the first frame
 * @param frameTimeout the maximum time of any frame
 */
public record ProxyLimits(
    int maxFrame,
    int maxConnections,
    int maxHandshaking,
    long maxPartialBytes,
    int maxRemoteSystems,
    Duration handshakeTimeout,
    Duration frameTimeout) {

  /** The largest message plus Artery's header; the proxy and Artery use the same bound. */
  public static final int MAX_FRAME = 256 * 1024;

  private static final long HEAP_PER_CONNECTION = 256 * 1024;

  /** Artery needs a quarter of it, about 90 KiB, for an unreachable peer. */
  private static final long HEAP_PER_REMOTE_SYSTEM = 384 * 1024;

  /** The share of one machine: half of all connections. */
  int maxConnectionsOfOneMachine() {
    return maxConnections / 2;
  }

  /** Returns the limits for this heap size. */
  static ProxyLimits ofMemory(long heapBytes) {
    int connections = (int) Math.max(256, Math.min(16_384, heapBytes / HEAP_PER_CONNECTION));
    return new ProxyLimits(
        MAX_FRAME,
        connections,
        connections / 4,
        Math.max(4 * 1024 * 1024, heapBytes / 16),
        (int) Math.max(128, Math.min(16_384, heapBytes / HEAP_PER_REMOTE_SYSTEM)),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15));
  }
}
