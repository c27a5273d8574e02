package dev.orrery.testing.program;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads the probes and metrics at the management port of a process. */
public record ManagementPort(int number) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public URI probe(String path) {
    return URI.create("http://localhost:" + number + "/q/health" + path);
  }

  /**
   * The response of a probe.
   *
   * @param status 0 without a response
   * @param checks by name, up or down
   */
  public record Answer(int status, Map<String, JsonNode> checks) {
    private static final Answer NONE = new Answer(0, Map.of());

    /** Returns the codes of all checks that are down; empty if there are none. */
    public String codes() {
      return checks.values().stream()
          .map(check -> check.at("/data/code").asText())
          .filter(code -> !code.isEmpty())
          .sorted()
          .collect(Collectors.joining(","));
    }
  }

  public Answer ask(String path) {
    try {
      HttpResponse<String> answer = get(probe(path));
      Map<String, JsonNode> checks = new HashMap<>();
      JSON.readTree(answer.body())
          .path("checks")
          .forEach(check -> checks.put(check.path("name").asText(), check));
      return new Answer(answer.statusCode(), checks);
    } catch (IOException e) {
      // Not up yet, or not any more.
      return Answer.NONE;
    }
  }

  /** Returns a check of a probe; a missing node if nothing answers, or it has no such check. */
  public JsonNode check(String path, String name) {
    return ask(path).checks().getOrDefault(name, JSON.missingNode());
  }

  public String metrics() {
    try {
      return get(URI.create("http://localhost:" + number + "/q/metrics")).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpResponse<String> get(URI uri) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "text/plain, application/json")
            .timeout(TIMEOUT)
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
