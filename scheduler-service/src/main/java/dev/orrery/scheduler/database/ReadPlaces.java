package dev.orrery.scheduler.database;

import dev.orrery.scheduler.share.AppShare;
import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A place for each connection of the pool of reads. One app never holds all of them, so a place is
 * free for the others soon. Those who find none wait on their thread: a few of each app, and not
 * for long.
 */
final class ReadPlaces {
  private final AppShare places;
  private final int mostWaiting;
  private final long longestNanos;
  private final Ticker ticker;
  private final Map<Integer, Integer> waiting = new HashMap<>();

  /**
   * @param all more than one, or apps do not share them
   * @param mostWaiting of one app
   */
  ReadPlaces(int all, int mostWaiting, Duration longest, Ticker ticker) {
    this.places = new AppShare(all, Math.max(1, all - 1));
    this.mostWaiting = mostWaiting;
    this.longestNanos = longest.toNanos();
    this.ticker = ticker;
  }

  /**
   * Takes a place; blocks until there is one.
   *
   * @throws TooManyReadsException if there was none in time, or too many of the app wait already
   */
  synchronized void enter(int app) {
    if (places.take(app, 1)) {
      return;
    }
    int ahead = waiting.getOrDefault(app, 0);
    if (ahead >= mostWaiting) {
      throw new TooManyReadsException();
    }
    waiting.put(app, ahead + 1);
    try {
      await(app);
    } finally {
      waiting.computeIfPresent(app, (key, count) -> count == 1 ? null : count - 1);
    }
  }

  private void await(int app) {
    long began = ticker.nanos();
    while (!places.take(app, 1)) {
      long left = longestNanos - (ticker.nanos() - began);
      if (left <= 0) {
        throw new TooManyReadsException();
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TooManyReadsException();
      }
    }
  }

  /** Gives a place back. */
  synchronized void leave(int app) {
    places.giveBack(app, 1);
    notifyAll();
  }

  synchronized int waiting(int app) {
    return waiting.getOrDefault(app, 0);
  }
}
