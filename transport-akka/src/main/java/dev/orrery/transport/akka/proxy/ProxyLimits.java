package dev.orrery.transport.akka.proxy;

import java.time.Duration;

/**
 * Limits of a proxy.
 *
 * @param maxFrame the largest frame
 * @param maxConnections open at once; beyond it the one that was silent longest is closed
 * @param maxHandshaking connections that have not sent a whole frame; beyond it the oldest is
 *     closed
 * @param maxPartialBytes of all frames together that have arrived in part; beyond it the connection
 *     whose frame takes longest is closed
 * @param maxRemoteSystems remote actor systems of the last ten minutes; beyond it another one is
 *     refused
 * @param handshakeTimeout how long a connection may take to send its first frame
 * @param frameTimeout how long any frame may take
 */
public record ProxyLimits(
    int maxFrame,
    int maxConnections,
    int maxHandshaking,
    long maxPartialBytes,
    int maxRemoteSystems,
    Duration handshakeTimeout,
    Duration frameTimeout) {

  /** The largest message, and the header of Artery: the bound of the proxy and of Artery. */
  public static final int MAX_FRAME = 256 * 1024;

  private static final long HEAP_PER_CONNECTION = 256 * 1024;

  /** Artery needs a quarter of it, about 90 KiB, for a peer that it cannot reach. */
  private static final long HEAP_PER_REMOTE_SYSTEM = 384 * 1024;

  /** One machine may have half of all connections; the rest stays for others. */
  int maxConnectionsOfOneMachine() {
    return maxConnections / 2;
  }

  /** Limits for a process with a heap of this size. */
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
