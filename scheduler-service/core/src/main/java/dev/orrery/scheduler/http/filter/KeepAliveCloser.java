package dev.orrery.scheduler.http.filter;

import dev.orrery.scheduler.base.lifecycle.GracefulShutdown;
import dev.orrery.scheduler.http.connection.InFlightRequests;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Makes clients close their connections when the replica stops, because a load balancer moves only
 * new connections to other replicas. Each response then has {@code Connection: close}, and the
 * client closes the connection, so that no response is truncated. Idle connections are closed at
 * the end.
 */
@ApplicationScoped
class KeepAliveCloser {
  private final GracefulShutdown shutdown;

  /** Requests in flight by connection; weak, so that closed connections can be collected. */
  private final Map<HttpConnection, Integer> inFlight = new WeakHashMap<>();

  KeepAliveCloser(GracefulShutdown shutdown) {
    this.shutdown = shutdown;
  }

  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::count);
    shutdown.beforeStop(this::closeIdle);
  }

  void count(RoutingContext context) {
    HttpServerRequest request = context.request();
    HttpConnection connection = request.connection();
    count(connection, 1);
    InFlightRequests.whenDone(context, () -> count(connection, -1));
    // HTTP/2 forbids the header; it is off by default.
    if (request.version() != HttpVersion.HTTP_2) {
      context.addHeadersEndHandler(answered -> addClose(context));
    }
    context.next();
  }

  private void addClose(RoutingContext context) {
    if (shutdown.hasBegun()) {
      context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  private synchronized void count(HttpConnection connection, int difference) {
    inFlight.merge(connection, difference, Integer::sum);
  }

  void closeIdle() {
    List<HttpConnection> idle;
    synchronized (this) {
      idle =
          inFlight.entrySet().stream()
              .filter(entry -> entry.getValue() == 0)
              .map(Map.Entry::getKey)
              .toList();
    }
    idle.forEach(HttpConnection::close);
  }
}
