package dev.orrery.it.harness;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Builds calls with a bearer token and a JSON body. */
public final class JsonRequest {
  private JsonRequest() {}

  /**
   * @param body null for none
   */
  public static HttpRequest.Builder of(
      String method, String uri, String token, String body, Duration timeout) {
    return of(
        method, uri, token, body == null ? null : body.getBytes(StandardCharsets.UTF_8), timeout);
  }

  /**
   * @param body null for none
   */
  public static HttpRequest.Builder of(
      String method, String uri, String token, byte[] body, Duration timeout) {
    return HttpRequest.newBuilder(URI.create(uri))
        .timeout(timeout)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .method(
            method,
            body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(body));
  }
}
