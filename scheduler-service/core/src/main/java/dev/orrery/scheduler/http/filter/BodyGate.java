package dev.orrery.scheduler.http.filter;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.connection.InFlightRequests;
import dev.orrery.scheduler.http.connection.WorkerPort;
import dev.orrery.scheduler.http.security.Caller;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Receives bodies before any other step of their requests, so that a slow body occupies no thread.
 * Refuses bodies that exceed the limit of their path, that do not fit into memory now, or that do
 * not arrive in time. Checks a declared length before it receives anything; without a declared
 * length, it counts the bytes. The limit of the HTTP server itself is higher, because its refusals
 * name no reason.
 *
 * <p>A body that never ends holds its memory for ten seconds, and a slow one for longer.
 */
@ApplicationScoped
public class BodyGate {
  private static final String WORKER_PATHS = WorkerOperation.Paths.WORKER + "/";

  /** Runs after authentication, before the limit of the server. */
  private static final int BEFORE_THE_SERVER = -3;

  /** The order of routes that read the body. */
  public static final int AFTER_THE_BODY = BEFORE_THE_SERVER + 1;

  private static final String BODY = ArrivingBody.class.getName();
  private static final String HELD_BYTES = RequestMemory.class.getName();

  private static final String NO_MEMORY =
      "The bodies of requests in flight, most of them of this app, use the memory for them; try"
          + " again.";

  private final RequestMemory memory;
  private final WorkerPort port;
  private final ProblemRouteInstaller problems;
  private final Vertx vertx;
  private final Ticker ticker;

  BodyGate(
      RequestMemory memory,
      WorkerPort port,
      ProblemRouteInstaller problems,
      Vertx vertx,
      Ticker ticker) {
    this.memory = memory;
    this.port = port;
    this.problems = problems;
    this.vertx = vertx;
    this.ticker = ticker;
  }

  void register(@Observes Router router) {
    router.route().order(BEFORE_THE_SERVER).handler(this::handle);
  }

  static Optional<ArrivingBody> body(RoutingContext context) {
    return Optional.ofNullable(context.get(BODY));
  }

  static void release(RoutingContext context) {
    body(context).ifPresent(ArrivingBody::discard);
    if (context.get(HELD_BYTES) instanceof QuotaPermit bytes) {
      bytes.release();
    }
  }

  static int app(RoutingContext context) {
    return Caller.find(context).map(Caller::shareApp).orElse(AppQuota.NO_TOKEN);
  }

  /** Returns whether the request arrived on the port of the protocol {@code http}. */
  public boolean isOnWorkerPort(HttpServerRequest request) {
    return port.carries(request);
  }

  /**
   * Receives the body of a route that comes before authentication, with the bounds of callers
   * without a token. A request without a body gets an empty one.
   *
   * @param limit bytes
   * @param then runs on the event loop when the body is complete; it is given back with the
   *     response
   */
  public void receive(RoutingContext context, long limit, Consumer<Buffer> then) {
    HttpServerRequest request = context.request();
    long length = length(request, limit);
    if (length > limit) {
      refuse(context, tooLarge());
    } else if (!holdsMemory(context, Math.max(1, length))) {
      refuse(context, ProblemException.overloaded(NO_MEMORY));
    } else {
      request.resume();
      new Reception(context, length, limit, () -> then.accept(taken(context))).begin();
    }
  }

  private static Buffer taken(RoutingContext context) {
    try {
      return Buffer.buffer(body(context).orElseThrow().stream().readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(RoutingContext context) {
    if (context.response().closed()) {
      // No later step would release the memory of such a request.
      return;
    }
    HttpServerRequest request = context.request();
    if (isWorkerCallOnTheApiPort(request)) {
      refuse(context, ProblemException.of(ErrorCode.NOT_FOUND, ProblemTexts.OTHER_PORT));
      return;
    }
    long limit = BodyLimit.of(request).bytes();
    long length = length(request, limit);
    if (length == 0) {
      context.next();
    } else if (length > limit) {
      refuse(context, tooLarge());
    } else if (!holdsMemory(context, length)) {
      refuse(context, ProblemException.overloaded(NO_MEMORY));
    } else {
      new Reception(context, length, limit, context::next).begin();
    }
  }

  /** Returns the declared length of the body, or else the limit of its path. */
  private static long length(HttpServerRequest request, long limit) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return Long.parseLong(length);
    }
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) ? limit : 0;
  }

  /**
   * Reserves memory for the body. The body of an operation of workers holds it until it is read,
   * because later steps have their own bounds, and a poll may wait. All other bodies hold it until
   * the response.
   */
  private boolean holdsMemory(RoutingContext context, long length) {
    Optional<QuotaPermit> held = memory.hold(app(context), length);
    held.ifPresent(bytes -> context.put(HELD_BYTES, bytes));
    return held.isPresent();
  }

  /**
   * Such a call is refused early: its route would refuse it only after its message has been
   * received.
   */
  private boolean isWorkerCallOnTheApiPort(HttpServerRequest request) {
    return request.method().equals(HttpMethod.POST)
        && request.path().startsWith(WORKER_PATHS)
        && !port.carries(request);
  }

  private static ProblemException tooLarge() {
    return ProblemException.of(ErrorCode.TOO_LARGE, ProblemTexts.TOO_LARGE);
  }

  /** Closes the connection without waiting for the rest of the body. */
  private void refuse(RoutingContext context, ProblemException refusal) {
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    context.addBodyEndHandler(answered -> context.request().connection().close());
    problems.answer(context, refusal);
  }

  /** A body that is arriving. Confined to the event loop of its connection. */
  private final class Reception {
    private final RoutingContext context;
    private final ArrivingBody body;
    private final long limit;
    private final Runnable then;
    private final long began = ticker.nanos();
    private long timer;
    private boolean ended;

    Reception(RoutingContext context, long length, long limit, Runnable then) {
      this.then = then;
      this.context = context;
      this.limit = limit;
      this.body = new ArrivingBody(length);
    }

    void begin() {
      context.put(BODY, body);
      InFlightRequests.whenDone(context, () -> release(context));
      waitFor(left());
      HttpServerRequest request = context.request();
      request.exceptionHandler(broken -> end());
      request.handler(this::add);
      request.endHandler(complete -> proceed());
      if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
        context.response().writeContinue();
      }
    }

    /** Returns the time left for the rest of the body, by the bytes that have arrived. */
    private Duration left() {
      return BodyLimit.longestReception(body.size())
          .minus(Duration.ofNanos(ticker.nanos() - began));
    }

    private void waitFor(Duration time) {
      timer = vertx.setTimer(Math.max(1, time.toMillis()), over -> refuseIfLate());
    }

    private void refuseIfLate() {
      if (ended) {
        return;
      }
      Duration left = left();
      if (left.toMillis() > 0) {
        waitFor(left);
        return;
      }
      end();
      refuse(
          context,
          ProblemException.overloaded(
              "The body did not arrive within "
                  + BodyLimit.longestReception(body.size()).toSeconds()
                  + " s; try again."));
    }

    private void add(Buffer chunk) {
      if (ended) {
        return;
      }
      if (body.size() + chunk.length() > limit) {
        end();
        refuse(context, tooLarge());
      } else {
        body.add(chunk);
      }
    }

    private void end() {
      ended = true;
      vertx.cancelTimer(timer);
    }

    private void proceed() {
      if (!ended) {
        end();
        then.run();
      }
    }
  }
}
