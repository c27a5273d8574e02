package dev.orrery.outbound;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A request as somebody wrote it.
 *
 * @param method in upper case
 * @param url checked when it is sent
 * @param headers of a redirect to another origin only those go along that hold no secret
 * @param body sent as UTF-8; empty means none
 * @param timeout for all of it: look-up, connection, redirects, and the body of the response
 * @param maxRedirects with 0 a redirect is a response like any other
 * @param maxBody how many bytes of the response's body are read
 * @param owner whose share of look-ups is used, such as the id of an app
 */
public record OutboundRequest(
    String method,
    URI url,
    Map<String, String> headers,
    Optional<String> body,
    Duration timeout,
    int maxRedirects,
    int maxBody,
    int owner) {

  public OutboundRequest {
    headers = Map.copyOf(headers);
  }
}
