package dev.orrery.scheduler.http.filter;

import dev.orrery.protocol.message.ProblemDetail;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.MediaType;

/**
 * Treats {@code Accept: application/problem+json} as accepting JSON, too. Generated clients send it
 * to operations whose success has no body.
 */
@ApplicationScoped
class AcceptHeaderGate {
  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::widen);
  }

  private void widen(RoutingContext context) {
    MultiMap headers = context.request().headers();
    String accept = headers.get(HttpHeaders.ACCEPT);
    if (accept != null && accept.contains(ProblemDetail.MEDIA_TYPE)) {
      headers.set(HttpHeaders.ACCEPT, accept + ", " + MediaType.APPLICATION_JSON);
    }
    context.next();
  }
}
