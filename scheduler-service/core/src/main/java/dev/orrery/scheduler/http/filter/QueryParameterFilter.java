package dev.orrery.scheduler.http.filter;

import dev.orrery.protocol.text.NearestName;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.QueryParameter;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses unknown query parameters on every route of the API, and repeated ones that are not
 * documented as exploded: a misspelt filter would otherwise select everything. Refuses empty values
 * for the same reason, because JAX-RS treats them as absent. Also refuses values with the character
 * U+0000, which PostgreSQL cannot store.
 */
final class QueryParameterFilter {
  private final Map<Method, QueryParameterNames> known = new ConcurrentHashMap<>();

  @ServerRequestFilter
  void refuseUnknown(HttpServerRequest request, UriInfo uri, ResourceInfo resource) {
    // A worker of a newer release may send more; docs/protocol.md promises that it is ignored.
    if (request.query() == null || !request.path().startsWith(ApiPath.V1)) {
      return;
    }
    QueryParameterNames names =
        known.computeIfAbsent(resource.getResourceMethod(), QueryParameterNames::of);
    uri.getQueryParameters()
        .forEach(
            (given, values) -> {
              if (!names.all().contains(given)) {
                throw unknown(QueryParameter.shown(given), names.all());
              }
              if (values.size() > 1 && !names.repeatable().contains(given)) {
                throw ProblemException.invalid(given, "'" + given + "' must be given once.");
              }
              if (values.stream().anyMatch(String::isEmpty)) {
                throw ProblemException.invalid(
                    given, "'" + given + "' must not be empty; leave it out, or give a value.");
              }
              // PostgreSQL cannot store this character.
              if (values.stream().anyMatch(value -> value.indexOf('\0') >= 0)) {
                throw ProblemException.invalid(
                    given, "'" + given + "' must not contain the character U+0000.");
              }
            });
  }

  private static ProblemException unknown(String given, Set<String> names) {
    return ProblemException.invalid(
        given,
        "Unknown query parameter '"
            + given
            + "'."
            + NearestName.question(given, names)
            + (names.isEmpty()
                ? " This call has none."
                : " Known here: " + String.join(", ", names) + "."));
  }
}
