package dev.orrery.scheduler.base.problem;

import dev.orrery.protocol.ErrorCode;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingOptions;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * Refuses requests of HTTP/1.1 that cannot be decoded, on every port. The handler of Vert.x sends
 * no body, and Quarkus does not give access to that of its servers: a tracer sees the connection
 * before the handler of a request is chosen.
 */
@Singleton
class UnreadableRequests implements VertxOptionsCustomizer {
  /**
   * Vert.x closes the connection with the answer. A client that has not sent all by then may lose
   * the answer, because the operating system resets a connection with unread bytes.
   */
  private static final long REST_MILLIS = 200;

  private final Instance<ProblemWriter> problems;

  /**
   * @param problems is resolved late, since Vert.x starts first
   */
  UnreadableRequests(Instance<ProblemWriter> problems) {
    this.problems = problems;
  }

  /** The other way, a builder of Vert.x, is in the hands of Quarkus. */
  @Override
  @SuppressWarnings("deprecation")
  public void accept(VertxOptions options) {
    options.setTracingOptions(new TracingOptions().setFactory(unused -> new Requests()));
  }

  private void refuseLater(HttpServerRequest request) {
    Vertx.currentContext()
        .owner()
        .setTimer(
            REST_MILLIS,
            late -> {
              if (!request.response().closed()) {
                refuse(request);
              }
            });
  }

  private void refuse(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      problems
          .get()
          .refuse(
              request,
              ErrorCode.URI_TOO_LONG,
              "The address of the call is too long; give fewer or shorter values in it.");
    } else if (cause instanceof TooLongHttpHeaderException) {
      problems
          .get()
          .refuse(
              request,
              ErrorCode.HEADERS_TOO_LARGE,
              "The headers of the call are too large; is the token right?");
    } else {
      problems
          .get()
          .refuse(
              request,
              ErrorCode.MALFORMED,
              "The call is not HTTP/1.1: its request line or a header cannot be read.");
    }
  }

  private final class Requests implements VertxTracer<Void, Void> {
    @Override
    public <R> Void receiveRequest(
        Context context,
        SpanKind kind,
        TracingPolicy policy,
        R request,
        String operation,
        Iterable<Map.Entry<String, String>> headers,
        TagExtractor<R> tags) {
      if (request instanceof HttpServerRequest received
          && received.decoderResult().isFailure()
          && received.connection() instanceof HttpServerConnection connection) {
        connection.invalidRequestHandler(UnreadableRequests.this::refuseLater);
      }
      return null;
    }
  }
}
