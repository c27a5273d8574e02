package dev.orrery.scheduler.listener;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts requests that have not been answered. */
final class InFlight {
  private int count;

  void begin(RoutingContext context) {
    synchronized (this) {
      count++;
    }
    AtomicBoolean ended = new AtomicBoolean();
    Runnable end =
        () -> {
          if (ended.compareAndSet(false, true)) {
            end();
          }
        };
    // Refused bodies never reach the second, broken connections never the first.
    context.addBodyEndHandler(done -> end.run());
    context.addEndHandler(done -> end.run());
  }

  private synchronized void end() {
    count--;
    notifyAll();
  }

  /** Gives true if none was left within the time. */
  synchronized boolean awaitNone(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (count > 0) {
      long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        return false;
      }
      wait(leftMillis);
    }
    return true;
  }
}
