package dev.orrery.scheduler.http.filter;

import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.ApiPath;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses writes with an empty or repeated conditional header. JAX-RS treats an empty header as
 * absent, so an unset variable would switch the protection off.
 */
final class ProtectiveHeaderFilter {
  private static final List<String> HEADERS =
      List.of("Idempotency-Key", "If-Match", "If-None-Match");

  @ServerRequestFilter
  void refuse(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.GET)
        || request.method().equals(HttpMethod.HEAD)
        || !request.path().startsWith(ApiPath.V1)) {
      return;
    }
    for (String name : HEADERS) {
      List<String> values = request.headers().getAll(name);
      if (values.size() > 1) {
        throw ProblemException.invalid(name, "The header " + name + " must be given once.");
      }
      if (values.size() == 1 && values.get(0).isBlank()) {
        throw ProblemException.invalid(
            name, "The header " + name + " must not be empty; leave it out, or give a value.");
      }
    }
  }
}
