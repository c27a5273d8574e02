package dev.orrery.it.harness;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;

/** Builds calls with a bearer token and a JSON body. */
public final class JsonRequest {
  private JsonRequest() {}

  /**
   * @param body may be null
   */
  public static HttpRequest.Builder of(
      String method, String uri, String token, String body, Duration timeout) {
    return of(
        method,
        uri,
        token,
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body),
        timeout);
  }

  public static HttpRequest.Builder of(
      String method, String uri, String token, BodyPublisher body, Duration timeout) {
    return HttpRequest.newBuilder(URI.create(uri))
        .timeout(timeout)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .method(method, body);
  }
}
