package dev.orrery.scheduler.filter;

import dev.orrery.scheduler.lifecycle.GracefulShutdown;
import dev.orrery.scheduler.listener.InFlightRequests;
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
 * Lets clients go that keep their connections, once this replica is leaving: a balancer gives only
 * new connections to others. Each answer says that its connection is not to be used again, and it
 * is the client that closes it, so that no answer is cut off; those on which nothing happens are
 * closed at last.
 */
@ApplicationScoped
class KeepAliveConnections {
  private final GracefulShutdown leaving;

  /** How many requests of each are under way. Weak: one that is closed interests nobody. */
  private final Map<HttpConnection, Integer> underWay = new WeakHashMap<>();

  KeepAliveConnections(GracefulShutdown leaving) {
    this.leaving = leaving;
  }

  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::keep);
    leaving.beforeStop(this::closeIdle);
  }

  void keep(RoutingContext context) {
    HttpServerRequest request = context.request();
    HttpConnection connection = request.connection();
    count(connection, 1);
    InFlightRequests.whenDone(context, () -> count(connection, -1));
    // HTTP/2, where somebody has switched it on, forbids the header.
    if (request.version() != HttpVersion.HTTP_2) {
      context.addHeadersEndHandler(answered -> sayClose(context));
    }
    context.next();
  }

  private void sayClose(RoutingContext context) {
    if (leaving.hasBegun()) {
      context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  private synchronized void count(HttpConnection connection, int difference) {
    underWay.merge(connection, difference, Integer::sum);
  }

  void closeIdle() {
    List<HttpConnection> idle;
    synchronized (this) {
      idle =
          underWay.entrySet().stream()
              .filter(entry -> entry.getValue() == 0)
              .map(Map.Entry::getKey)
              .toList();
    }
    idle.forEach(HttpConnection::close);
  }
}
