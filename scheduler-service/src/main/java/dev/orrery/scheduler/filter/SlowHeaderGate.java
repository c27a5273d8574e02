package dev.orrery.scheduler.filter;

import dev.orrery.scheduler.listener.HttpListener;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Closes connections to the ports of the API and of management that send a header slowly, as {@link
 * HttpListener} does with the first header at its own port. Without it, such connections could use
 * up all connections of a port, and probes would fail.
 */
@ApplicationScoped
class SlowHeaderGate {
  /** Probes and Prometheus need few. Quarkus has no limit for this port. */
  private static final int MOST_TO_MANAGEMENT = 1000;

  private final HttpListener listener;

  /** The limit of connections is {@code quarkus.http.limits.max-connections}. */
  private final FirstRequestDeadline api =
      new FirstRequestDeadline(HttpListener.LONGEST_SILENCE, Integer.MAX_VALUE);

  private final FirstRequestDeadline management =
      new FirstRequestDeadline(HttpListener.LONGEST_SILENCE, MOST_TO_MANAGEMENT);

  SlowHeaderGate(HttpListener listener) {
    this.listener = listener;
  }

  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).handler(context -> note(context, api));
  }

  void register(@Observes ManagementInterface port) {
    port.router().route().order(Integer.MIN_VALUE).handler(context -> note(context, management));
  }

  private void note(RoutingContext context, FirstRequestDeadline deadline) {
    if (!listener.carries(context.request())
        && context.request().connection() instanceof ConnectionBase connection) {
      deadline.onRequest(connection.channel());
    }
    context.next();
  }
}
