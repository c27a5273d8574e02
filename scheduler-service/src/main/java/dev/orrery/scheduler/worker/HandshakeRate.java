package dev.orrery.scheduler.worker;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Limits the rate at which an app opens sessions at this replica. Each session leaves a row for a
 * month, so a client must not open sessions in a loop. Thread-safe.
 */
final class HandshakeRate {
  /** The burst: the largest fleet may connect twice, as after a network outage. */
  static final int AT_ONCE = 2 * SessionRegistry.MAX_PER_APP;

  /** The time until another handshake is allowed after the burst is used up. */
  static final Duration REFILL = Duration.ofMillis(100);

  private final Ticker ticker;

  /**
   * For each app, the time at which its whole burst is available again, in nanoseconds of the
   * ticker.
   */
  private final Map<Integer, Long> allFreeAt = new ConcurrentHashMap<>();

  HandshakeRate(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Reserves a handshake; returns false if the rate is exceeded. */
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
