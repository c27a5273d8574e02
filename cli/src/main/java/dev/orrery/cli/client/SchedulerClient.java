package dev.orrery.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Calls the REST API. */
public final class SchedulerClient {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final URI url;
  private final String token;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * @param url of the API port, without a path
   */
  public SchedulerClient(URI url, String token) {
    this.url = url;
    this.token = token;
  }

  public URI url() {
    return url;
  }

  public ObjectMapper json() {
    return json;
  }

  /** An answer of the scheduler; only successes come this far. */
  public record Answer(int status, JsonNode body) {}

  /**
   * @param path below {@code /api/v1}, its parts encoded
   * @throws ApiProblem if the scheduler refuses or does not answer
   */
  public Answer get(String path) {
    return call("GET", path, null);
  }

  /** As {@link #get}. */
  public Answer put(String path, JsonNode body) {
    return call("PUT", path, body);
  }

  /** As {@link #get}. */
  public Answer post(String path, JsonNode body) {
    return call("POST", path, body);
  }

  /** As {@link #get}. */
  public Answer delete(String path) {
    return call("DELETE", path, null);
  }

  /** A name as a part of a path. */
  public static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Answer call(String method, String path, JsonNode body) {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body.toString());
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/api/v1" + path))
            .timeout(LONGEST)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, publisher)
            .build();
    try {
      HttpResponse<String> response =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (response.statusCode() / 100 == 2) {
        return new Answer(response.statusCode(), tree(response.body()));
      }
      throw problem(response);
    } catch (IOException e) {
      throw new ApiProblem(
          "UNREACHABLE", "No scheduler answers at " + url + ". Is it running? (./orrery up)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiProblem("UNREACHABLE", "Interrupted while waiting for " + url);
    }
  }

  private ApiProblem problem(HttpResponse<String> response) {
    try {
      JsonNode problem = tree(response.body());
      if (problem.hasNonNull("code")) {
        return new ApiProblem(
            problem.get("code").asText(),
            problem.get("code").asText() + ": " + problem.path("detail").asText());
      }
    } catch (JsonProcessingException e) {
      // Not one of ours; answered below.
    }
    return new ApiProblem(
        "UNREACHABLE",
        "What answers at "
            + url
            + " is not an Orrery scheduler (status "
            + response.statusCode()
            + ").");
  }

  private JsonNode tree(String text) throws JsonProcessingException {
    return text.isEmpty() ? json.createObjectNode() : json.readTree(text);
  }
}
