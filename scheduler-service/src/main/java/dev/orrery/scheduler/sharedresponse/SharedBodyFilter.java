package dev.orrery.scheduler.sharedresponse;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Sends the JSON of a shared body, which was made once, instead of its object. The entity is the
 * body and not its bytes: the framework would send bytes by a writer of its own, without a bound.
 */
final class SharedBodyFilter {
  @ServerResponseFilter
  void sendJson(ContainerResponseContext response, RoutingContext routing) {
    if (routing.get(SharedBody.KEY) instanceof SharedBody body
        && response.getEntity() == body.entity()) {
      response.setEntity(body);
    }
  }
}
