package dev.orrery.scheduler.worker;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rate at which an app may open sessions at this replica. Each leaves a row for a month, so a
 * client that opens them in a loop must not go on. Thread-safe.
 */
final class HandshakeRate {
  /** A fleet of the largest size may connect twice, as after an outage of the network. */
  static final int AT_ONCE = 2 * SessionRegistry.MAX_PER_APP;

  /** One of them each time, once all at once are used. */
  static final Duration REFILL = Duration.ofMillis(100);

  private final Ticker ticker;

  /** By app, the instant at which all of its handshakes are free again, on the ticker's clock. */
  private final Map<Integer, Long> allFreeAt = new ConcurrentHashMap<>();

  HandshakeRate(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Takes one; returns false, and takes nothing, if none is free. */
  boolean take(int app) {
    long now = ticker.nanos();
    long latest = now + REFILL.toNanos() * (AT_ONCE - 1L);
    boolean[] taken = new boolean[1];
    allFreeAt.compute(
        app,
        (id, before) -> {
          long from = before == null || before - now < 0 ? now : before;
          taken[0] = from - latest <= 0;
          return taken[0] ? from + REFILL.toNanos() : from;
        });
    return taken[0];
  }

  /** Returns the permit of a handshake that opened no session. */
  void release(int app) {
    allFreeAt.computeIfPresent(app, (id, at) -> at - REFILL.toNanos());
  }
}
