package dev.orrery.scheduler.http.filter;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.QueryParameter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses bodies that the API would ignore or misread: bodies of calls without one, such as new
 * parameters for a retry, and bodies that are compressed or not UTF-8.
 *
 * <p>An empty object is accepted: some clients send it with every POST.
 */
final class UnexpectedBodyFilter {
  /** More than an empty object with white space. */
  private static final int MAX_EMPTY = 16;

  /** ASCII is a subset of UTF-8. */
  private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii");

  private final Map<Method, Boolean> takesBody = new ConcurrentHashMap<>();

  /** Runs after the check of the query, whose errors are more specific. */
  @ServerRequestFilter(priority = Priorities.USER + 1)
  void refuse(RoutingContext context, ResourceInfo resource) {
    // A worker of a newer release may send more; docs/protocol.md promises that it is ignored.
    if (!context.request().path().startsWith(ApiPath.V1)) {
      return;
    }
    BodyGate.body(context)
        .ifPresent(
            body -> {
              if (takesBody.computeIfAbsent(
                  resource.getResourceMethod(), UnexpectedBodyFilter::takesBody)) {
                requireReadable(context.request());
              } else if (!isEmpty(body)) {
                throw ProblemException.invalid(null, "This call takes no body; leave it out.");
              }
            });
  }

  private static boolean takesBody(Method method) {
    return Arrays.stream(method.getParameters())
        .anyMatch(parameter -> parameter.isAnnotationPresent(RequestBody.class));
  }

  private static boolean isEmpty(ArrivingBody body) {
    try (InputStream bytes = body.stream()) {
      String text = new String(bytes.readNBytes(MAX_EMPTY), StandardCharsets.UTF_8).strip();
      return text.isEmpty() || text.equals("{}");
    } catch (IOException e) {
      throw new UncheckedIOException("Bytes in memory are always readable", e);
    }
  }

  private static void requireReadable(HttpServerRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw unsupported("without Content-Encoding", encoding);
    }
    charset(request)
        .filter(charset -> !CHARSETS.contains(charset.toLowerCase(Locale.ROOT)))
        .ifPresent(
            charset -> {
              throw unsupported("in UTF-8", charset);
            });
  }

  /** Returns an empty result for a media type that cannot be parsed, which the resource refuses. */
  private static Optional<String> charset(HttpServerRequest request) {
    try {
      return Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_TYPE))
          .map(type -> MediaType.valueOf(type).getParameters().get(MediaType.CHARSET_PARAMETER));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ProblemException unsupported(String fix, String given) {
    return ProblemException.of(
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        "Send the body as application/json "
            + fix
            + "; got '"
            + QueryParameter.shown(given)
            + "'.");
  }
}
