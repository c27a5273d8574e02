package dev.orrery.bench.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.bench.BenchException;
import dev.orrery.protocol.WorkerOperation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The REST API of a stack's scheduler, with the admin token. */
public final class SchedulerApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final int port;
  private final String token;

  SchedulerApi(int port, String token) {
    this.port = port;
    this.token = token;
  }

  /**
   * Makes a call, and retries while the scheduler is overloaded.
   *
   * @param body may be null
   * @return the raw response
   * @throws BenchException if the call is refused
   */
  String call(String method, String path, String body) throws InterruptedException {
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + WorkerOperation.Paths.API + path))
            .timeout(Duration.ofMinutes(2))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, publisher)
            .build();
    try {
      while (true) {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        int status = response.statusCode();
        if (status / 100 == 2) {
          return response.body();
        }
        if (status != 429 && status != 503) {
          throw new BenchException(method + " " + path + ": " + status + " " + response.body());
        }
        TimeUnit.SECONDS.sleep(response.headers().firstValueAsLong("Retry-After").orElse(1));
      }
    } catch (IOException e) {
      throw new BenchException(method + " " + path + ": " + e, e);
    }
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new BenchException("The scheduler's response is not JSON: " + e.getMessage(), e);
    }
  }
}
