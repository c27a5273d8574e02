package dev.orrery.transport.akka.proxy;

import java.time.Duration;

/**
 * Limits of a proxy.
 *
 * @param maxFrame the largest frame
 * @param maxConnections open at once; beyond it the one that was silent longest is closed
 * @param maxUnproven of them, those that have not sent a whole frame; beyond it the oldest is
 *     closed
 * @param maxBegunBytes of all frames together that have not come in whole; beyond it the one that
 *     takes longest is closed
 * @param maxOrigins actor systems that have named themselves within a time; beyond it another one
 *     is refused
 * @param proof how long a connection may take to send its first frame
 * @param frame how long any frame may take
 */
record ProxyLimits(
    int maxFrame,
    int maxConnections,
    int maxUnproven,
    long maxBegunBytes,
    int maxOrigins,
    Duration proof,
    Duration frame) {

  /** A whole message and what Artery puts around it. */
  static final int MAX_FRAME = 256 * 1024;

  private static final long HEAP_PER_CONNECTION = 256 * 1024;

  /** Artery needs a quarter of it, about 90 KiB, for a peer that it cannot reach. */
  private static final long HEAP_PER_ORIGIN = 384 * 1024;

  /** One machine may have half of all connections; the rest stays for others. */
  int maxConnectionsOfOneMachine() {
    return maxConnections / 2;
  }

  /** As many connections as the memory of this process holds. */
  static ProxyLimits ofMemory(long heapBytes) {
    int connections = (int) Math.max(256, Math.min(16_384, heapBytes / HEAP_PER_CONNECTION));
    return new ProxyLimits(
        MAX_FRAME,
        connections,
        connections / 4,
        Math.max(4 * 1024 * 1024, heapBytes / 16),
        (int) Math.max(128, Math.min(16_384, heapBytes / HEAP_PER_ORIGIN)),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15));
  }
}
