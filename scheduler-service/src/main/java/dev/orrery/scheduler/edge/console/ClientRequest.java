package dev.orrery.scheduler.edge.console;

import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.EntityTag;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** Checks the method and the headers of a browser's request. */
final class ClientRequest {
  private ClientRequest() {}

  static boolean isRead(HttpServerRequest request) {
    return HttpMethod.GET.equals(request.method()) || HttpMethod.HEAD.equals(request.method());
  }

  /** Returns true for a sign-in, which needs no session and returns a cookie. */
  static boolean isSignIn(HttpServerRequest request) {
    return HttpMethod.POST.equals(request.method()) && ApiPath.isSession(request.path());
  }

  /** Returns true if the client accepts gzip, with a quality above 0. */
  static boolean acceptsGzip(HttpServerRequest request) {
    return elements(request, HttpHeaders.ACCEPT_ENCODING)
        .map(element -> element.toLowerCase(Locale.ROOT).replace(" ", ""))
        .anyMatch(
            element ->
                element.equals("gzip")
                    || (element.startsWith("gzip;q=") && !element.matches("gzip;q=0(\\.0*)?")));
  }

  static boolean hasTag(HttpServerRequest request, String etag) {
    String header = request.getHeader(HttpHeaders.IF_NONE_MATCH);
    return header != null && EntityTag.isIn(header, etag);
  }

  private static Stream<String> elements(HttpServerRequest request, CharSequence header) {
    String value = request.getHeader(header);
    return value == null ? Stream.empty() : Arrays.stream(value.split(",")).map(String::strip);
  }
}
