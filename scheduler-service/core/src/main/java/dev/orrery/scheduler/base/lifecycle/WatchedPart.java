package dev.orrery.scheduler.base.lifecycle;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A part of the replica that {@link ProgressWatch} watches. The part is sampled only when the time
 * without progress is requested, so the watch costs the threads of the part nothing. The time
 * begins with the first sample that finds work.
 */
final class WatchedPart {

  private final StallScope scope;
  private final Duration longest;
  private final BooleanSupplier working;
  private final LongSupplier moves;
  private boolean waiting;
  private long movesBefore;
  private long since;

  /**
   * @param longest the maximum time without progress that does not count as a stall
   * @param working true while there is work
   * @param moves changes with each progress
   */
  WatchedPart(StallScope scope, Duration longest, BooleanSupplier working, LongSupplier moves) {
    this.scope = scope;
    this.longest = longest;
    this.working = working;
    this.moves = moves;
  }

  StallScope scope() {
    return scope;
  }

  /**
   * Samples the part.
   *
   * @param now in nanoseconds of the ticker
   * @return the time without progress if it exceeds the maximum; zero while the part makes progress
   *     or is idle
   */
  synchronized Duration stalled(long now) {
    long movesNow = moves.getAsLong();
    boolean moved = movesNow != movesBefore;
    movesBefore = movesNow;
    if (!working.getAsBoolean()) {
      waiting = false;
      return Duration.ZERO;
    }
    if (!waiting || moved) {
      waiting = true;
      since = now;
    }
    Duration beyond = Duration.ofNanos(now - since).minus(longest);
    return beyond.isNegative() ? Duration.ZERO : beyond;
  }

  /** Restarts the time without progress. */
  synchronized void excuse() {
    waiting = false;
  }
}
