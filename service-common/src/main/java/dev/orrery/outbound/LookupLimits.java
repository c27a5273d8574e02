package dev.orrery.outbound;

import java.time.Duration;

/**
 * The bounds of look-ups.
 *
 * @param atOnce look-ups of an owner at once; it holds at most twice as many threads, together with
 *     the look-ups that go on after their time
 * @param timeout from the call to the addresses
 */
public record LookupLimits(int atOnce, Duration timeout) {
  /** Threads of all owners. */
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
