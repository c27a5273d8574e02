package dev.orrery.scheduler.database;

import dev.orrery.scheduler.share.AppShare;
import dev.orrery.scheduler.share.ShareMetrics;
import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A place for each connection of a pool. One app never holds all of them, so a place is free for
 * the others soon. A caller without a place waits on its own thread, in the order of arrival within
 * its app. The number of waiting callers per app and the time of a wait are bounded.
 */
final class ConnectionShare {
  /** The callers of one app that may wait; each occupies a thread of the API. */
  static final int MOST_WAITING = 32;

  private static final Deque<Object> EMPTY = new ArrayDeque<>(0);

  private final AppShare places;
  private final int mostWaiting;
  private final long longestNanos;
  private final Ticker ticker;
  private final Map<Integer, Deque<Object>> waiting = new HashMap<>();

  /**
   * @param places one of weight 1 for each connection
   * @param mostWaiting the most waiting callers of one app
   */
  ConnectionShare(AppShare places, int mostWaiting, Duration longest, Ticker ticker) {
    this.places = places;
    this.mostWaiting = mostWaiting;
    this.longestNanos = longest.toNanos();
    this.ticker = ticker;
  }

  /**
   * Makes a share with metrics, in which {@link #MOST_WAITING} callers of an app may wait.
   *
   * @param all the connections of the pool
   * @param perApp the most places of one app, which has at least one; must be smaller than {@code
   *     all} to leave places for others
   */
  static ConnectionShare watched(
      ShareMetrics shares, String kind, int all, int perApp, Duration longest, Ticker ticker) {
    AppShare places = shares.watch(kind, new AppShare(all, Math.max(1, perApp)));
    return new ConnectionShare(places, MOST_WAITING, longest, ticker);
  }

  /**
   * Takes a place; blocks until there is one.
   *
   * @throws ConnectionsInUseException if no place was free in time, or too many callers of the app
   *     wait already
   */
  synchronized void enter(int app) {
    Deque<Object> ahead = waiting.getOrDefault(app, EMPTY);
    if (ahead.isEmpty() && places.tryTake(app, 1)) {
      return;
    }
    if (ahead.size() >= mostWaiting) {
      throw refused(app);
    }
    Object self = new Object();
    Deque<Object> line = waiting.computeIfAbsent(app, key -> new ArrayDeque<>());
    line.addLast(self);
    try {
      await(app, () -> line.peekFirst() == self);
    } finally {
      line.remove(self);
      if (line.isEmpty()) {
        waiting.remove(app);
      }
      notifyAll();
    }
  }

  private void await(int app, BooleanSupplier isFirst) {
    long began = ticker.nanos();
    while (!isFirst.getAsBoolean() || !places.tryTake(app, 1)) {
      long left = longestNanos - (ticker.nanos() - began);
      if (left <= 0) {
        throw refused(app);
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw refused(app);
      }
    }
  }

  private ConnectionsInUseException refused(int app) {
    places.countRefusal();
    return new ConnectionsInUseException(app != AppShare.ALL_APPS && places.isAtItsBound(app));
  }

  synchronized void leave(int app) {
    places.giveBack(app, 1);
    notifyAll();
  }

  synchronized int waiting(int app) {
    return waiting.getOrDefault(app, EMPTY).size();
  }
}
