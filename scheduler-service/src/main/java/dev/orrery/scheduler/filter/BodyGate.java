package dev.orrery.scheduler.filter;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.scheduler.listener.HttpListener;
import dev.orrery.scheduler.listener.InFlightRequests;
import dev.orrery.scheduler.listener.WorkerApiResource;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.problem.ProblemTexts;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.share.SharePlace;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Receives bodies before anything else happens to their requests, so that a slow body occupies no
 * thread. Refuses bodies that exceed the limit of their path, for which there is no memory now, or
 * that do not arrive in time. A declared length is checked before anything is received; without
 * one, the bytes are counted. The limit of the HTTP server itself is higher, because its refusals
 * name no reason.
 *
 * <p>The event loop reads small bodies of submissions and messages of workers. Large ones are read
 * on worker threads, where apps take turns and rest: what follows such a body takes up to 10 ms of
 * the processors for each MiB, and an event loop would answer no other app meanwhile.
 */
@ApplicationScoped
class BodyGate {
  private static final String WORKER_PATHS = WorkerOperation.Paths.WORKER + "/";
  private static final String SUBMISSIONS = "/instances";

  /** Behind authentication, before the limit of the server. */
  private static final int BEFORE_THE_SERVER = -3;

  private static final String BODY = ArrivingBody.class.getName();
  private static final String HELD_BYTES = RequestMemory.class.getName();

  /** A larger body is read on a worker thread. */
  static final int SMALL = 64 * 1024;

  private static final String NO_MEMORY =
      "The bodies of requests in flight, most of them of this app, use the memory for them; try"
          + " again.";

  private final RequestMemory memory;
  private final HttpListener listener;
  private final ProblemRouteInstaller problems;
  private final Vertx vertx;
  private final AppTurns turns;

  BodyGate(
      RequestMemory memory, HttpListener listener, ProblemRouteInstaller problems, Vertx vertx) {
    this.memory = memory;
    this.listener = listener;
    this.problems = problems;
    this.vertx = vertx;
    // Half of the processors are left to everything else.
    this.turns =
        new AppTurns(this::runAfter, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  private void runAfter(Duration time, Runnable action) {
    long unused = vertx.setTimer(Math.max(1, time.toMillis()), timer -> action.run());
  }

  void register(@Observes Router router) {
    router.route().order(BEFORE_THE_SERVER).handler(this::judge);
  }

  /** Returns the body of a request; empty if it has none. */
  static Optional<InputStream> body(RoutingContext context) {
    return Optional.ofNullable(context.<ArrivingBody>get(BODY)).map(ArrivingBody::stream);
  }

  /** Gives back the memory that the body of a request holds. */
  static void release(RoutingContext context) {
    if (context.get(HELD_BYTES) instanceof SharePlace bytes) {
      bytes.release();
    }
  }

  private void judge(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (isWorkerCallOnTheApiPort(request)) {
      refuse(context, ProblemException.of(ErrorCode.NOT_FOUND, WorkerApiResource.OTHER_PORT));
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
      new Reception(context, length, limit).begin();
    }
  }

  /** Returns the length of the body; the limit of its path if the request does not declare one. */
  private static long length(HttpServerRequest request, long limit) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return Long.parseLong(length);
    }
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) ? limit : 0;
  }

  /**
   * Reserves memory for the body. A message of a worker holds it until the message is read, because
   * later steps have their own bounds, and a poll may wait. All other bodies hold it until the
   * response.
   */
  private boolean holdsMemory(RoutingContext context, long length) {
    Optional<SharePlace> held = memory.hold(app(context), length);
    held.ifPresent(
        bytes -> {
          context.put(HELD_BYTES, bytes);
          InFlightRequests.whenDone(context, bytes::release);
        });
    return held.isPresent();
  }

  private static int app(RoutingContext context) {
    return Caller.find(context).map(Caller::shareApp).orElse(RequestMemory.NO_TOKEN);
  }

  /** Such a call is refused early: its message would be received before the resource refuses it. */
  private boolean isWorkerCallOnTheApiPort(HttpServerRequest request) {
    return request.method().equals(HttpMethod.POST)
        && request.path().startsWith(WORKER_PATHS)
        && !listener.carries(request);
  }

  /** All other bodies are read on worker threads anyway. */
  private static boolean isReadOnTheEventLoop(HttpServerRequest request) {
    return WorkerOperation.ofPath(request.path()).isPresent()
        || request.path().endsWith(SUBMISSIONS);
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

  /** One body that arrives. Only the event loop of its connection uses it. */
  private final class Reception {
    private final RoutingContext context;
    private final Context thread = vertx.getOrCreateContext();
    private final ArrivingBody body;
    private final Duration longest;
    private final long limit;
    private long timer = -1;
    private boolean ended;

    Reception(RoutingContext context, long length, long limit) {
      this.context = context;
      this.limit = limit;
      this.body = new ArrivingBody(length);
      this.longest = BodyLimit.longestReception(length);
    }

    void begin() {
      HttpServerRequest request = context.request();
      context.put(BODY, body);
      InFlightRequests.whenDone(context, body::discard);
      request.exceptionHandler(broken -> end());
      request.endHandler(complete -> proceed());
      if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
        context.response().writeContinue();
      }
      // Most bodies have arrived with their header, and this passes them on at once.
      request.handler(this::add);
      if (!ended) {
        timer = vertx.setTimer(longest.toMillis(), late -> refuseLate());
      }
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

    private void refuseLate() {
      if (!ended) {
        end();
        refuse(
            context,
            ProblemException.malformed(
                null, "The body did not arrive within " + longest.toSeconds() + " s."));
      }
    }

    private void end() {
      ended = true;
      vertx.cancelTimer(timer);
    }

    private void proceed() {
      if (ended) {
        return;
      }
      end();
      if (body.size() > SMALL && isReadOnTheEventLoop(context.request())) {
        turns.execute(app(context), this::runOnWorkerThread, this::proceedInTurn);
      } else {
        context.next();
      }
    }

    /** Drops the request if its connection broke meanwhile, and the app's next one has its turn. */
    private Duration proceedInTurn() {
      if (body.isEmpty()) {
        return Duration.ZERO;
      }
      context.next();
      return BodyLimit.rest(body.size());
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
