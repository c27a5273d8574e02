package dev.orrery.scheduler.http.filter;

import dev.orrery.scheduler.http.rest.ApiPath;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Decides which responses are compressed: responses of several KiB to reads of the API.
 *
 * <p>Messages of workers are not compressed, because they cost more processor time than they save
 * network. Responses to writes may contain a new secret beside texts of the caller, and the
 * compressed length would reveal information about it. A strong ETag identifies exactly one
 * sequence of bytes.
 */
final class CompressionRule {
  /** Smaller bodies fit into a few packets. */
  static final int LEAST_BYTES = 4 * 1024;

  private static final String GZIP = "gzip";
  private static final String ANY = "*";
  private static final String WEIGHT = "q=";

  private CompressionRule() {}

  /**
   * Returns true if the response is compressed for a client that accepts it.
   *
   * @param response status and headers, which the framework has not copied to the request yet
   */
  static boolean concerns(HttpServerRequest request, Response response, int bytes) {
    return bytes >= LEAST_BYTES
        && HttpMethod.GET.equals(request.method())
        && request.path().startsWith(ApiPath.V1 + "/")
        && response.getStatus() == Status.OK.getStatusCode()
        && !response.getHeaders().containsKey(HttpHeaders.ETAG)
        && !response.getHeaders().containsKey(HttpHeaders.CONTENT_ENCODING)
        && !Context.isOnEventLoopThread();
  }

  /**
   * Returns true if a client accepts gzip.
   *
   * @param header the value of Accept-Encoding; null for none
   */
  static boolean accepts(String header) {
    if (header == null) {
      return false;
    }
    List<String> codings =
        Arrays.stream(header.toLowerCase(Locale.ROOT).split(",", -1)).map(String::strip).toList();
    return codings.stream()
        .filter(coding -> isOf(GZIP, coding))
        .findFirst()
        .or(() -> codings.stream().filter(coding -> isOf(ANY, coding)).findFirst())
        .filter(CompressionRule::isWanted)
        .isPresent();
  }

  private static boolean isOf(String name, String coding) {
    return coding.split(";", 2)[0].strip().equals(name);
  }

  private static boolean isWanted(String coding) {
    String[] parts = coding.split(";", 2);
    if (parts.length == 1) {
      return true;
    }
    String weight = parts[1].strip();
    try {
      return weight.startsWith(WEIGHT) && Double.parseDouble(weight.substring(WEIGHT.length())) > 0;
    } catch (NumberFormatException e) {
      // Not a weight: send the uncompressed form, which every client can read.
      return false;
    }
  }
}
