package dev.orrery.scheduler.listener;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts requests that have not been answered. */
public final class InFlightRequests {
  private final InFlightCounter underWay = new InFlightCounter();

  void begin(RoutingContext context) {
    underWay.begin();
    whenDone(context, underWay::end);
  }

  /** Runs an action once, when the request has been answered or its connection has broken. */
  public static void whenDone(RoutingContext context, Runnable action) {
    AtomicBoolean ended = new AtomicBoolean();
    Runnable end =
        () -> {
          if (ended.compareAndSet(false, true)) {
            action.run();
          }
        };
    // Refused bodies never reach the second, broken connections never the first.
    context.addBodyEndHandler(done -> end.run());
    context.addEndHandler(done -> end.run());
  }

  boolean awaitNone(Duration longest) throws InterruptedException {
    return underWay.awaitNone(longest);
  }
}
