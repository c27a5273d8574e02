package dev.orrery.scheduler.trigger;

import java.time.Duration;
import java.time.Instant;

/** Delays the starts of runs, so that jobs with equal fire times do not all start at once. */
public final class Jitter {
  /** The limit of a trigger that fires once; that of others is the gap between their fires. */
  static final Duration LIMIT_OF_ONE_FIRE = Duration.ofDays(1);

  private static final String FIELD = "jitter";

  private Jitter() {}

  /**
   * The delay of one run: the same on every replica, and unrelated to that of the next job or of
   * the next fire time.
   *
   * @param bound whole milliseconds; zero gives zero
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
   * The bound that a job document asks for.
   *
   * @param given null if the document has none
   * @return zero if the document has none
   * @throws InvalidTriggerException if one is given that is not more than zero
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
   * One round of SplitMix64: neighbours in, no likeness out. Its numbers must stay as they are:
   * replicas of different versions agree only by computing the same.
   */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
