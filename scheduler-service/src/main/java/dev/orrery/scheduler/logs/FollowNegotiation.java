package dev.orrery.scheduler.logs;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Selects page or stream for a log by the parameter {@code follow}, not by a header. */
final class FollowNegotiation {

  @ServerRequestFilter(preMatching = true)
  void choose(ContainerRequestContext request) {
    if (request.getUriInfo().getPath().endsWith("/logs") && request.getMethod().equals("GET")) {
      boolean follows =
          List.of("true").equals(request.getUriInfo().getQueryParameters().get("follow"));
      request
          .getHeaders()
          .putSingle(
              HttpHeaders.ACCEPT,
              follows ? MediaType.SERVER_SENT_EVENTS : MediaType.APPLICATION_JSON);
    }
  }
}
