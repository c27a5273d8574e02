package dev.orrery.client;

import java.time.Duration;

/**
 * The time until which a call is repeated, and the time by which it must end.
 *
 * @param repeatUntil by the clock of {@link Timing}: later than this, a call is not repeated
 * @param endBy later than this, nothing is awaited
 */
record Deadline(long repeatUntil, long endBy) {
  private static final long MIN_CALL = Duration.ofSeconds(1).toNanos();

  /** Farther than any call, and near enough for differences of {@code nanoTime}. */
  private static final long NEVER = Duration.ofDays(365).toNanos();

  /** Repeats a call for this time; a single call may take longer. */
  static Deadline ofRepeats(Timing timing, Duration repeats) {
    long now = timing.nanos();
    return new Deadline(now + repeats.toNanos(), now + NEVER);
  }

  /** Ends everything after this time. */
  static Deadline of(Timing timing, Duration whole) {
    long until = timing.nanos() + whole.toNanos();
    return new Deadline(until, until);
  }

  boolean allowsPause(Timing timing, long nanos) {
    return repeatUntil - timing.nanos() > nanos;
  }

  long nanosLeft(Timing timing) {
    return endBy - timing.nanos();
  }

  /** Returns the shorter one of this time and what is left, at least a second for the last call. */
  Duration shorten(Timing timing, Duration time) {
    long nanos = Math.min(time.toNanos(), nanosLeft(timing));
    return Duration.ofNanos(Math.max(nanos, MIN_CALL));
  }
}
