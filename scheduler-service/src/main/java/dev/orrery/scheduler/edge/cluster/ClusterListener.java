package dev.orrery.scheduler.edge.cluster;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.scheduler.base.problem.ProblemWriter;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.edge.listener.BoundServer;
import dev.orrery.scheduler.http.connection.ConnectionMetrics;
import dev.orrery.scheduler.http.connection.OpenConnections;
import dev.orrery.scheduler.http.connection.ResponseMemory;
import dev.orrery.scheduler.http.rest.PathRule;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;

/**
 * Serves the three {@link ClusterOperation}s on the cluster port, to callers that hold the cluster
 * secret. It shares neither routes nor tokens with the other ports.
 */
final class ClusterListener {
  private static final Logger LOG = Logger.getLogger(ClusterListener.class);
  private static final int MAX_BODY = 16 * 1024;
  static final int MAX_CONNECTIONS = 500;
  private static final int IDLE_SECONDS = 60;
  private static final long BODY_MILLIS = 5000;

  private final Vertx vertx;
  private final ClusterSecret secret;
  private final RateLimitedLog refusals;
  private final ProblemWriter problems;
  private final BiFunction<ClusterOperation, String, String> operations;
  private final OpenConnections connections;
  private BoundServer server;

  /**
   * @param operations returns the response to a signed body, or null if the body is malformed; must
   *     not block
   * @param maxConnections the maximum number of connections
   */
  ClusterListener(
      Vertx vertx,
      ClusterSecret secret,
      Ticker ticker,
      ProblemWriter problems,
      BiFunction<ClusterOperation, String, String> operations,
      ResponseMemory responses,
      ConnectionMetrics metrics,
      int maxConnections) {
    this.vertx = vertx;
    this.secret = secret;
    this.refusals =
        new RateLimitedLog(System.getLogger(ClusterListener.class.getName()), ticker::nanos);
    this.problems = problems;
    this.operations = operations;
    this.connections = new OpenConnections(maxConnections, AppQuota.OPERATIONS, responses, metrics);
  }

  /**
   * Binds the port.
   *
   * @return the port that is bound
   */
  int start(String host, int port) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setTcpKeepAlive(true)
            .setHttp2ClearTextEnabled(false);
    server =
        BoundServer.bind(
            vertx
                .createHttpServer(options)
                .connectionHandler(this::accept)
                .requestHandler(this::handle),
            "the cluster port " + port + " on " + host,
            "orrery.cluster.port");
    LOG.infof("Cluster port bound: host=%s port=%d", host, server.port());
    return server.port();
  }

  void stop() {
    server.close();
  }

  private void accept(HttpConnection connection) {
    connection.exceptionHandler(ClusterClient::broke);
    if (!connections.onOpened(((ConnectionBase) connection).channel())) {
      connection.close();
    }
  }

  private void handle(HttpServerRequest request) {
    connections.onRequest(((ConnectionBase) request.connection()).channel());
    ClusterOperation operation = ClusterOperation.at(request.path()).orElse(null);
    if (operation == null) {
      refuseUnknown(request);
    } else if (!request.method().equals(HttpMethod.POST)) {
      refuse(request, 405);
    } else if (request.getHeader(ClusterSecret.NONCE) == null
        || request.getHeader(ClusterSecret.SIGNATURE) == null) {
      refuseUnsigned(request);
    } else {
      read(request, operation);
    }
  }

  private void refuseUnknown(HttpServerRequest request) {
    PathRule.violation(request.path())
        .ifPresentOrElse(
            reason -> problems.refuse(request, ErrorCode.AMBIGUOUS_PATH, reason),
            () -> refuse(request, 404));
  }

  private void read(HttpServerRequest request, ClusterOperation operation) {
    Buffer body = Buffer.buffer();
    long timer = vertx.setTimer(BODY_MILLIS, late -> request.connection().close());
    request.exceptionHandler(broken -> vertx.cancelTimer(timer));
    request.endHandler(
        end -> {
          if (vertx.cancelTimer(timer) && body.length() <= MAX_BODY) {
            answer(request, operation, body);
          }
        });
    request.handler(
        chunk -> {
          if (body.length() > MAX_BODY) {
            return;
          }
          body.appendBuffer(chunk);
          if (body.length() > MAX_BODY) {
            vertx.cancelTimer(timer);
            refuse(request, 413);
          }
        });
  }

  private void answer(HttpServerRequest request, ClusterOperation operation, Buffer body) {
    String nonce = request.getHeader(ClusterSecret.NONCE);
    String expected = secret.ofRequest(operation, nonce, body.getBytes());
    if (!ClusterSecret.matches(expected, request.getHeader(ClusterSecret.SIGNATURE))) {
      refuseUnsigned(request);
      return;
    }
    String responseBody = operations.apply(operation, body.toString(StandardCharsets.UTF_8));
    if (responseBody == null) {
      refuse(request, 400);
      return;
    }
    Buffer signed = Buffer.buffer(responseBody);
    HttpServerResponse response =
        request
            .response()
            .putHeader(
                ClusterSecret.SIGNATURE, secret.ofResponse(operation, nonce, signed.getBytes()));
    if (signed.length() == 0) {
      response.setStatusCode(204).end();
    } else {
      response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(signed);
    }
  }

  private void refuseUnsigned(HttpServerRequest request) {
    refuse(request, 401);
    refusals.log(
        Level.WARNING,
        "unsigned",
        "Refused a call on the cluster port: it is not signed with this replica's"
            + " orrery.cluster.secret");
  }

  /** Closes the connection, because the client may still send a body that is never read. */
  private static void refuse(HttpServerRequest request, int status) {
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end()
        .onComplete(done -> request.connection().close());
  }
}
