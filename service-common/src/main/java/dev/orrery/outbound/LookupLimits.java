package dev.orrery.outbound;

import java.time.Duration;

/**
 * Bounds of name lookups.
 *
 * @param atOnce concurrent lookups of an owner; together with its timed-out lookups that still
 *     hang, it holds at most twice as many threads
 * @param timeout from the call to the addresses
 */
public record LookupLimits(int atOnce, Duration timeout) {
  /** The threads of all owners together. */
  static final int THREADS = 32;

  public LookupLimits {
    if (atOnce < 1 || 2 * atOnce > THREADS) {
      throw new IllegalArgumentException(
          "Look-ups at once must be from 1 to " + THREADS / 2 + ": " + atOnce);
    }
  }

  int threads() {
    return 2 * atOnce;
  }
}
