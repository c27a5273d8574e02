package dev.orrery.scheduler.database;

import dev.orrery.scheduler.quota.AppQuota;
import dev.orrery.scheduler.quota.QuotaMetrics;
import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A place for each connection of a pool. One app never holds all of them, so a place is free for
 * the others soon. A caller without a place waits on its own thread, in the order of arrival within
 * its app, and apps take turns. A place that is left goes to one caller, and no other one wakes.
 * The number of waiting callers per app and the time of a wait are bounded.
 */
final class ConnectionShare {
  /** The callers of one app that may wait; each occupies a thread of the API. */
  static final int MAX_WAITING = 32;

  private final AppQuota places;
  private final int mostWaiting;
  private final long longestNanos;
  private final Ticker ticker;
  private final Lock lock = new ReentrantLock();

  /** The callers of each app that wait; the app that has the next turn is first. */
  private final Map<Integer, Deque<Waiting>> waiting = new LinkedHashMap<>();

  private static final class Waiting {
    private final Condition handedOver;
    private boolean hasPlace;

    Waiting(Condition handedOver) {
      this.handedOver = handedOver;
    }
  }

  /**
   * @param places one of weight 1 for each connection
   * @param mostWaiting the most waiting callers of one app
   */
  ConnectionShare(AppQuota places, int mostWaiting, Duration longest, Ticker ticker) {
    this.places = places;
    this.mostWaiting = mostWaiting;
    this.longestNanos = longest.toNanos();
    this.ticker = ticker;
  }

  /**
   * Makes a share with metrics, in which {@link #MAX_WAITING} callers of an app may wait.
   *
   * @param all the connections of the pool
   * @param perApp the most places of one app, which has at least one; must be smaller than {@code
   *     all} to leave places for others
   */
  static ConnectionShare watched(
      QuotaMetrics shares, String kind, int all, int perApp, Duration longest, Ticker ticker) {
    AppQuota places = shares.watch(kind, new AppQuota(all, Math.max(1, perApp)));
    return new ConnectionShare(places, MAX_WAITING, longest, ticker);
  }

  /**
   * Takes a place; blocks until there is one.
   *
   * @throws ConnectionsInUseException if no place was free in time, or too many callers of the app
   *     wait already
   */
  void enter(int app) {
    lock.lock();
    try {
      int ahead = ahead(app);
      if (ahead == 0 && places.tryTake(app, 1)) {
        return;
      }
      if (ahead >= mostWaiting) {
        throw refused(app);
      }
      Waiting self = new Waiting(lock.newCondition());
      waiting.computeIfAbsent(app, first -> new ArrayDeque<>()).add(self);
      await(self);
      if (!self.hasPlace) {
        giveUp(app, self);
        throw refused(app);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns when the caller has a place, has waited for long enough, or is interrupted. */
  private void await(Waiting self) {
    long began = ticker.nanos();
    try {
      long left = left(began);
      while (!self.hasPlace && left > 0) {
        long unused = self.handedOver.awaitNanos(left);
        left = left(began);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long left(long began) {
    return longestNanos - (ticker.nanos() - began);
  }

  private ConnectionsInUseException refused(int app) {
    places.countRefusal();
    return new ConnectionsInUseException(app != AppQuota.ALL_APPS && places.isAtItsBound(app));
  }

  void leave(int app) {
    lock.lock();
    try {
      places.release(app, 1);
      handOver();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands the free places to the callers whose turn it is, and puts their apps behind the others.
   */
  private void handOver() {
    for (int app : List.copyOf(waiting.keySet())) {
      if (places.tryTake(app, 1)) {
        Deque<Waiting> line = waiting.remove(app);
        Waiting next = line.removeFirst();
        if (!line.isEmpty()) {
          waiting.put(app, line);
        }
        next.hasPlace = true;
        next.handedOver.signal();
      }
    }
  }

  private void giveUp(int app, Waiting caller) {
    Deque<Waiting> line = waiting.get(app);
    line.remove(caller);
    if (line.isEmpty()) {
      waiting.remove(app);
    }
  }

  private int ahead(int app) {
    Deque<Waiting> line = waiting.get(app);
    return line == null ? 0 : line.size();
  }

  int waiting(int app) {
    lock.lock();
    try {
      return ahead(app);
    } finally {
      lock.unlock();
    }
  }
}
