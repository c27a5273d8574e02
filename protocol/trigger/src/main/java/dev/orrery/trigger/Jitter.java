package dev.orrery.trigger;

import java.time.Duration;
import java.time.Instant;

/**
 * Computes the delay of a run's start, so that jobs with equal fire times do not all start
 * together.
 */
public final class Jitter {
  /** The limit for a trigger that fires once; for all others the gap between fires is the limit. */
  static final Duration LIMIT_OF_ONE_FIRE = Duration.ofDays(1);

  private static final String FIELD = "jitter";

  private Jitter() {}

  /**
   * Returns the delay of one run. It is the same on every replica, and unrelated to the delays of
   * other jobs and of other fire times.
   *
   * @param bound whole milliseconds; zero means no delay
   * @return whole milliseconds, from zero inclusive to the bound exclusive
   */
  public static Duration of(long jobId, Instant fireTime, Duration bound) {
    if (bound.isZero()) {
      return Duration.ZERO;
    }
    long mixed = mix(mix(jobId) + fireTime.toEpochMilli());
    return Duration.ofMillis(Long.remainderUnsigned(mixed, bound.toMillis()));
  }

  /**
   * Returns the jitter bound of a job document.
   *
   * @param given null if the document has none
   * @return zero if the document has none
   * @throws InvalidTriggerException if the bound is zero or negative
   */
  public static Duration bound(Duration given) {
    if (given == null) {
      return Duration.ZERO;
    }
    if (given.isZero() || given.isNegative()) {
      throw new InvalidTriggerException(
          FIELD, "'jitter' must be more than zero (leave it out for none); got " + given + ".");
    }
    return given;
  }

  /** Refuses a bound that is negative, not whole milliseconds, or not less than the limit. */
  static void require(Duration bound, Duration limit, String nameOfLimit) {
    if (bound.isNegative() || !IntervalRule.isWholeMillis(bound)) {
      throw new InvalidTriggerException(
          FIELD, "'jitter' must be more than zero, in whole milliseconds; got " + bound + ".");
    }
    if (bound.compareTo(limit) >= 0) {
      throw new InvalidTriggerException(
          FIELD,
          "'jitter' must be less than "
              + nameOfLimit
              + ", which is "
              + limit
              + "; got "
              + bound
              + ".");
    }
  }

  /**
   * One round of SplitMix64, which spreads similar inputs over all outputs. Its constants must not
   * change: replicas of different versions agree only if they compute the same.
   */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
