package dev.orrery.outbound;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request whose URL, headers and body a user wrote.
 *
 * @param method in upper case
 * @param url validated when the request is sent
 * @param headers a redirect to another origin drops those that may hold a secret
 * @param body sent as UTF-8; empty means no body
 * @param isBodySecret if true, a redirect that would send the body to another origin fails
 * @param timeout for the whole request: lookup, connection, redirects and response body
 * @param maxRedirects 0 treats a redirect like any other response
 * @param maxBody the maximum bytes to read of the response body
 * @param owner the owner whose share of lookups is used, such as an app id
 */
public record OutboundRequest(
    String method,
    URI url,
    Map<String, String> headers,
    Optional<String> body,
    boolean isBodySecret,
    Duration timeout,
    int maxRedirects,
    int maxBody,
    int owner) {

  public OutboundRequest {
    headers = Map.copyOf(headers);
  }

  /** A request whose body may follow every redirect. */
  public OutboundRequest(
      String method,
      URI url,
      Map<String, String> headers,
      Optional<String> body,
      Duration timeout,
      int maxRedirects,
      int maxBody,
      int owner) {
    this(method, url, headers, body, false, timeout, maxRedirects, maxBody, owner);
  }
}
