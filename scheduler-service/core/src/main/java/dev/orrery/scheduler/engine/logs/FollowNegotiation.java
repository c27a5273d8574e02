package dev.orrery.scheduler.engine.logs;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Selects page or stream for a log by the parameter {@code follow} instead of a header. A HEAD gets
 * the headers of a page: it has no body to stream.
 */
final class FollowNegotiation {

  @ServerRequestFilter(preMatching = true)
  void choose(ContainerRequestContext request) {
    boolean get = request.getMethod().equals(HttpMethod.GET);
    if (!request.getUriInfo().getPath().endsWith("/logs")
        || !(get || request.getMethod().equals(HttpMethod.HEAD))) {
      return;
    }
    boolean follows =
        get && List.of("true").equals(request.getUriInfo().getQueryParameters().get("follow"));
    if (!follows && !acceptsJson(request)) {
      throw new NotAcceptableException();
    }
    request
        .getHeaders()
        .putSingle(
            HttpHeaders.ACCEPT,
            follows ? MediaType.SERVER_SENT_EVENTS : MediaType.APPLICATION_JSON);
  }

  private static boolean acceptsJson(ContainerRequestContext request) {
    try {
      return request.getAcceptableMediaTypes().stream()
          .anyMatch(type -> type.isCompatible(MediaType.APPLICATION_JSON_TYPE));
    } catch (IllegalArgumentException e) {
      // The header is not a list of media types.
      return false;
    }
  }
}
