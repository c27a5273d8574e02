package dev.orrery.outbound;

import java.time.Duration;

/**
 * The limits of name lookups.
 *
 * @param atOnce the maximum number of concurrent lookups of an owner; with its timed-out lookups
 *     that still hang, an owner uses at most twice as many threads
 * @param timeout the time from the call until the addresses are known
 */
public record LookupLimits(int atOnce, Duration timeout) {
  /** The threads of all owners together. */
  static final int THREADS = 128;

  /** The last threads, of which an owner gets one only while it has none. */
  static final int RESERVED = 8;

  private static final int MAX_AT_ONCE = 16;

  public LookupLimits {
    if (atOnce < 1 || atOnce > MAX_AT_ONCE) {
      throw new IllegalArgumentException(
          "Look-ups at once must be from 1 to " + MAX_AT_ONCE + ": " + atOnce);
    }
  }

  int threads() {
    return 2 * atOnce;
  }
}
