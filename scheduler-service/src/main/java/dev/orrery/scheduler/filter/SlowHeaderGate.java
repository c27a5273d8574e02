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
  private final HttpListener listener;
  private final FirstRequestDeadline deadline =
      new FirstRequestDeadline(HttpListener.LONGEST_SILENCE);

  SlowHeaderGate(HttpListener listener) {
    this.listener = listener;
  }

  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::note);
  }

  void register(@Observes ManagementInterface management) {
    management.router().route().order(Integer.MIN_VALUE).handler(this::note);
  }

  private void note(RoutingContext context) {
    if (!listener.carries(context.request())
        && context.request().connection() instanceof ConnectionBase connection) {
      deadline.onRequest(connection.channel());
    }
    context.next();
  }
}
