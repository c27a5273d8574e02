package dev.orrery.scheduler.filter;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.scheduler.listener.HttpListener;
import dev.orrery.scheduler.listener.InFlightRequests;
import dev.orrery.scheduler.listener.WorkerApiResource;
import dev.orrery.scheduler.problem.BodyTooLargeException;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.problem.ProblemTexts;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.share.SharePlace;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Refuses bodies that exceed the limit of their path, in bytes or in JSON values, and bodies for
 * which there is no memory now. A declared length is checked before anything is read; without one,
 * the bytes are counted. The limit of the HTTP server itself is higher, because its refusals name
 * no reason.
 */
@Provider
@ApplicationScoped
class BodyLimitFilter implements ReaderInterceptor {
  private static final String WORKER_PATHS = WorkerOperation.Paths.WORKER + "/";

  /** Behind authentication, before the limit of the server. */
  private static final int BEFORE_THE_SERVER = -3;

  private static final String HELD_BYTES = RequestMemory.class.getName();
  private static final String NO_MEMORY =
      "The bodies of requests in flight, most of them of this app, use the memory for them; try"
          + " again.";

  private final RequestMemory memory;
  private final HttpListener listener;
  private final ProblemRouteInstaller problems;
  private final CurrentVertxRequest current;

  BodyLimitFilter(
      RequestMemory memory,
      HttpListener listener,
      ProblemRouteInstaller problems,
      CurrentVertxRequest current) {
    this.memory = memory;
    this.listener = listener;
    this.problems = problems;
    this.current = current;
  }

  void register(@Observes Router router) {
    router.route().order(BEFORE_THE_SERVER).handler(this::judgeLength);
  }

  private void judgeLength(RoutingContext context) {
    if (isWorkerCallOnTheApiPort(context.request())) {
      closeAfterAnswer(context);
      problems.answer(
          context, ProblemException.of(ErrorCode.NOT_FOUND, WorkerApiResource.OTHER_PORT));
      return;
    }
    long length = length(context.request());
    if (length > limit(context.request()).bytes()) {
      closeAfterAnswer(context);
      problems.answer(context, ProblemException.of(ErrorCode.TOO_LARGE, ProblemTexts.TOO_LARGE));
    } else if (length == 0 || holdsMemory(context, length)) {
      context.next();
    } else {
      closeAfterAnswer(context);
      problems.answer(context, ProblemException.overloaded(NO_MEMORY));
    }
  }

  /** Returns the length of the body; the limit of its path if the request does not declare one. */
  private static long length(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return Long.parseLong(length);
    }
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) ? limit(request).bytes() : 0;
  }

  /**
   * Reserves memory for the body until the response. A short message of a worker holds it until it
   * is read, because a poll may wait.
   */
  private boolean holdsMemory(RoutingContext context, long length) {
    int app = Caller.find(context).map(Caller::shareApp).orElse(RequestMemory.NO_TOKEN);
    Optional<SharePlace> held = memory.hold(app, length);
    held.ifPresent(
        bytes -> {
          context.put(HELD_BYTES, bytes);
          InFlightRequests.whenDone(context, bytes::release);
        });
    return held.isPresent();
  }

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext body) throws IOException {
    RoutingContext context = current.getCurrent();
    body.setInputStream(new Counting(body.getInputStream(), context));
    try {
      return body.proceed();
    } finally {
      if (isShortMessage(context.request())
          && context.get(HELD_BYTES) instanceof SharePlace bytes) {
        bytes.release();
      }
    }
  }

  private static boolean isShortMessage(HttpServerRequest request) {
    return limit(request).bytes() == MessageLimits.MAX_SHORT_MESSAGE_BYTES;
  }

  private static BodyLimit limit(HttpServerRequest request) {
    return WorkerOperation.ofPath(request.path())
        .map(BodyLimit::of)
        .orElseGet(() -> BodyLimit.ofPath(request.path()));
  }

  /**
   * Such a call is refused early: the event loop would read its message before the resource refuses
   * it.
   */
  private boolean isWorkerCallOnTheApiPort(HttpServerRequest request) {
    return request.method().equals(HttpMethod.POST)
        && request.path().startsWith(WORKER_PATHS)
        && !listener.carries(request);
  }

  /** Closes the connection without waiting for the rest of the body. */
  private static void closeAfterAnswer(RoutingContext context) {
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    context.addBodyEndHandler(answered -> context.request().connection().close());
  }

  private static final class Counting extends FilterInputStream {
    private final RoutingContext context;
    private final BodyLimit limit;
    private final NodeCounter values;
    private long left;

    Counting(InputStream in, RoutingContext context) {
      super(in);
      this.context = context;
      this.limit = limit(context.request());
      this.values = new NodeCounter(limit.separateFrom());
      this.left = limit.bytes();
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      if (read >= 0) {
        count(new byte[] {(byte) read}, 0, 1);
      }
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = in.read(buffer, offset, length);
      count(buffer, offset, read);
      return read;
    }

    private void count(byte[] buffer, int offset, int read) throws IOException {
      left -= Math.max(0, read);
      for (int i = offset; i < offset + read && left >= 0; i++) {
        if (limit.values() < Integer.MAX_VALUE && values.count(buffer[i]) > limit.values()) {
          left = -1;
        }
      }
      if (left < 0) {
        closeAfterAnswer(context);
        throw new BodyTooLargeException();
      }
    }

    /** Skips the close of a refused body, which would read the rest, possibly without end. */
    @Override
    public void close() throws IOException {
      if (left >= 0) {
        super.close();
      }
    }
  }
}
