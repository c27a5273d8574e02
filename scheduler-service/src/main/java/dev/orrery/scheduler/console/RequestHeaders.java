package dev.orrery.scheduler.console;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** Questions about the headers of a request for a file. */
final class RequestHeaders {
  private RequestHeaders() {}

  /** Returns true if the client has named gzip, and not with the quality 0. */
  static boolean acceptGzip(HttpServerRequest request) {
    return elements(request, HttpHeaders.ACCEPT_ENCODING)
        .map(element -> element.toLowerCase(Locale.ROOT).replace(" ", ""))
        .anyMatch(
            element ->
                element.equals("gzip")
                    || (element.startsWith("gzip;q=") && !element.matches("gzip;q=0(\\.0*)?")));
  }

  /** Returns true if the client has a copy with this tag. */
  static boolean haveTag(HttpServerRequest request, String etag) {
    return elements(request, HttpHeaders.IF_NONE_MATCH)
        .map(element -> element.startsWith("W/") ? element.substring(2) : element)
        .anyMatch(element -> element.equals(etag) || element.equals("*"));
  }

  private static Stream<String> elements(HttpServerRequest request, CharSequence header) {
    String value = request.getHeader(header);
    return value == null ? Stream.empty() : Arrays.stream(value.split(",")).map(String::strip);
  }
}
