package dev.orrery.scheduler.lifecycle;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A part of the replica that has work or has none, and counts what it has done. It is sampled
 * whenever the time without progress is asked for, so it costs its own threads nothing. The time
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
   * @param longest time without progress that is no stall
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
   * @param now of the ticker
   * @return the time without progress beyond the longest; zero while it moves or has no work
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

  /** The time without progress begins again. */
  synchronized void excuse() {
    waiting = false;
  }
}
