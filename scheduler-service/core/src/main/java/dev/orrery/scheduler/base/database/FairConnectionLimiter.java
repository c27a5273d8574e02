package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.FairQueue;
import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits the connections of a pool that callers use at once, in total and per app. A caller beyond
 * the limit waits on its own thread. Apps take turns, and the callers of one app keep their order.
 * A connection that becomes free goes to one caller, and no other caller wakes up. The number of
 * waiting callers per app and their waiting time are limited.
 */
final class FairConnectionLimiter {
  /** The callers of one app that may wait; each occupies a thread of the API. */
  static final int MAX_WAITING = 32;

  private final AppQuota places;
  private final int mostWaiting;
  private final long longestNanos;
  private final Ticker ticker;
  private final Lock lock = new ReentrantLock();
  private final FairQueue<Integer, Waiting> queue = new FairQueue<>();

  private static final class Waiting {
    private final Condition handedOver;
    private boolean hasPlace;

    Waiting(Condition handedOver) {
      this.handedOver = handedOver;
    }
  }

  /** Work within a place. */
  @FunctionalInterface
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /**
   * @param places one of weight 1 for each connection
   * @param mostWaiting the most waiting callers of one app
   */
  FairConnectionLimiter(AppQuota places, int mostWaiting, Duration longest, Ticker ticker) {
    this.places = places;
    this.mostWaiting = mostWaiting;
    this.longestNanos = longest.toNanos();
    this.ticker = ticker;
  }

  /**
   * Runs the work once the app has a place; blocks until then.
   *
   * @param app empty for work of the service itself, which needs no place
   * @throws ConnectionsInUseException as {@link #enter}
   */
  <T, E extends Exception> T run(OptionalInt app, Work<T, E> work) throws E {
    if (app.isEmpty()) {
      return work.run();
    }
    enter(app.getAsInt());
    try {
      return work.run();
    } finally {
      leave(app.getAsInt());
    }
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
      int ahead = queue.weight(app);
      if (ahead == 0 && places.tryTake(app, 1)) {
        return;
      }
      if (ahead >= mostWaiting) {
        throw refused(app);
      }
      Waiting self = new Waiting(lock.newCondition());
      queue.add(app, self);
      await(self);
      if (!self.hasPlace) {
        queue.removeIf(waiting -> waiting == self);
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
      // One place is free now, for the first app whose share has room for it.
      Waiting next = queue.next(waiting -> places.tryTake(waiting, 1));
      if (next != null) {
        next.hasPlace = true;
        next.handedOver.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  int waiting(int app) {
    lock.lock();
    try {
      return queue.weight(app);
    } finally {
      lock.unlock();
    }
  }
}
