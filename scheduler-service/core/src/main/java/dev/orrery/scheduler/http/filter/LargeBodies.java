package dev.orrery.scheduler.http.filter;

import dev.orrery.protocol.WorkerOperation;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jboss.resteasy.reactive.common.core.AbstractResteasyReactiveContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/**
 * Reads large submissions and large worker messages on worker threads, where apps take turns:
 * reading them takes up to 10 ms of a processor for each MiB, during which an event loop could not
 * serve other apps.
 */
@ApplicationScoped
public class LargeBodies {
  /** Larger bodies are read in a turn of their app. */
  static final int MAX_SMALL_BYTES = 64 * 1024;

  private static final String SUBMISSIONS = "/instances";

  private final Vertx vertx;
  private final FairExecutor turns;

  public LargeBodies(Vertx vertx) {
    this.vertx = vertx;
    // The other half of the processors is for all other work.
    this.turns =
        new FairExecutor(
            this::runAfter, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  private void runAfter(Duration time, Runnable action) {
    long unused = vertx.setTimer(Math.max(1, time.toMillis()), timer -> action.run());
  }

  @ServerRequestFilter
  void awaitTurn(ResteasyReactiveContainerRequestContext filtered, RoutingContext context) {
    BodyGate.body(context)
        .filter(body -> body.size() > MAX_SMALL_BYTES && isReadInTurns(context.request()))
        .ifPresent(
            body -> {
              var request =
                  (AbstractResteasyReactiveContext<?, ?>) filtered.getServerRequestContext();
              // The executor runs the rest of the request. After the body is read, the framework
              // returns to the event loop for a resource that does not block.
              request.suspend();
              request.resume(new TurnExecutor(BodyGate.app(context), body));
            });
  }

  /**
   * Passes on the body of a route, and frees it then.
   *
   * @param reader runs on the event loop, or, if the body is large, on a worker thread
   */
  public void read(RoutingContext context, Consumer<InputStream> reader) {
    ArrivingBody body = BodyGate.body(context).orElseGet(() -> new ArrivingBody(0));
    Runnable task =
        () -> {
          try {
            reader.accept(body.stream());
          } finally {
            BodyGate.release(context);
          }
        };
    if (body.size() > MAX_SMALL_BYTES) {
      new TurnExecutor(BodyGate.app(context), body).execute(task);
    } else {
      task.run();
    }
  }

  private static boolean isReadInTurns(HttpServerRequest request) {
    return request.method().equals(HttpMethod.POST)
        && (WorkerOperation.ofPath(request.path()).isPresent()
            || request.path().endsWith(SUBMISSIONS));
  }

  /** Runs the first task in a turn of an app, and later tasks, which send responses, directly. */
  private final class TurnExecutor implements Executor {
    private final int app;
    private final ArrivingBody body;
    private final Context thread = vertx.getOrCreateContext();
    private boolean hadTurn;

    TurnExecutor(int app, ArrivingBody body) {
      this.app = app;
      this.body = body;
    }

    @Override
    public void execute(Runnable task) {
      if (isFirst()) {
        turns.execute(app, this::runOnWorkerThread, () -> readAndRest(task));
      } else {
        runOnWorkerThread(task);
      }
    }

    private synchronized boolean isFirst() {
      boolean first = !hadTurn;
      hadTurn = true;
      return first;
    }

    /** Does not rest after the request of a broken connection, whose body was discarded. */
    private Duration readAndRest(Runnable task) {
      boolean discarded = body.isEmpty();
      task.run();
      return discarded ? Duration.ZERO : BodyLimit.rest(body.size());
    }

    private void runOnWorkerThread(Runnable task) {
      var unused =
          thread.executeBlocking(
              () -> {
                task.run();
                return null;
              },
              false);
    }
  }
}
