package dev.orrery.scheduler.http.connection;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the HTTP requests in flight, each until its response is sent or its connection breaks. */
public final class InFlightRequests {
  private final InFlightCounter counter = new InFlightCounter();

  public void begin(RoutingContext context) {
    counter.begin();
    whenDone(context, counter::end);
  }

  /** Runs an action once, after the response or when the connection has broken. */
  public static void whenDone(RoutingContext context, Runnable action) {
    AtomicBoolean ended = new AtomicBoolean();
    Runnable end =
        () -> {
          if (ended.compareAndSet(false, true)) {
            action.run();
          }
        };
    // A refused body never reaches the second handler, and a broken connection never the first.
    context.addBodyEndHandler(done -> end.run());
    context.addEndHandler(done -> end.run());
  }

  /**
   * Waits at most this long until no request is in flight. Returns the number of remaining
   * requests.
   */
  public int awaitNone(Duration longest) throws InterruptedException {
    return counter.awaitNone(longest);
  }
}
