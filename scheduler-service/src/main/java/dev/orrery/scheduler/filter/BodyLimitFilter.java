package dev.orrery.scheduler.filter;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.scheduler.listener.HttpListener;
import dev.orrery.scheduler.problem.BodyTooLargeException;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.problem.ProblemTexts;
import dev.orrery.scheduler.rest.ApiPath;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpHeaders;
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

/**
 * Refuses bodies that are larger than their port takes. A length that is named is judged before
 * anything is read; where none is, the bytes are counted. The limit of the HTTP server itself lies
 * above, since it answers without saying why.
 */
@Provider
@ApplicationScoped
class BodyLimitFilter implements ReaderInterceptor {
  private static final long API_BYTES = 16L * 1024 * 1024;

  /** Far more than a token; whoever sends it has not shown one yet. */
  private static final long SIGN_IN_BYTES = 8 * 1024;

  /** Behind authentication, before the limit of the server. */
  private static final int BEFORE_THE_SERVER = -3;

  private final HttpListener listener;
  private final ProblemRouteInstaller problems;
  private final CurrentVertxRequest current;

  BodyLimitFilter(
      HttpListener listener, ProblemRouteInstaller problems, CurrentVertxRequest current) {
    this.listener = listener;
    this.problems = problems;
    this.current = current;
  }

  void register(@Observes Router router) {
    router.route().order(BEFORE_THE_SERVER).handler(this::judgeLength);
  }

  private void judgeLength(RoutingContext context) {
    String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null || Long.parseLong(length) <= limit(context.request())) {
      context.next();
    } else {
      closeAfterAnswer(context);
      problems.answer(context, ProblemException.of(ErrorCode.TOO_LARGE, ProblemTexts.TOO_LARGE));
    }
  }

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext body) throws IOException {
    RoutingContext context = current.getCurrent();
    body.setInputStream(new Counting(body.getInputStream(), context));
    return body.proceed();
  }

  private long limit(HttpServerRequest request) {
    if (listener.carries(request)) {
      return MessageLimits.MAX_MESSAGE_BYTES;
    }
    return ApiPath.isSession(request.path()) ? SIGN_IN_BYTES : API_BYTES;
  }

  /** Does not wait for the rest of the body. */
  private static void closeAfterAnswer(RoutingContext context) {
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    context.addBodyEndHandler(answered -> context.request().connection().close());
  }

  private final class Counting extends FilterInputStream {
    private final RoutingContext context;
    private long left;

    Counting(InputStream in, RoutingContext context) {
      super(in);
      this.context = context;
      this.left = limit(context.request());
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = in.read(buffer, offset, length);
      count(read);
      return read;
    }

    private void count(int read) throws IOException {
      left -= Math.max(0, read);
      if (left < 0) {
        closeAfterAnswer(context);
        throw new BodyTooLargeException();
      }
    }

    /** Closing reads all that is left, which may be without end. */
    @Override
    public void close() throws IOException {
      if (left >= 0) {
        super.close();
      }
    }
  }
}
