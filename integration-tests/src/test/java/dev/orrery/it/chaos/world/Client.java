package dev.orrery.it.chaos.world;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.it.harness.JsonRequest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A client of the API that uses any responding replica. */
public final class Client {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final List<Integer> doors;
  private final String token;
  private final Random random;

  /**
   * @param doors ports of the replicas
   */
  Client(List<Integer> doors, String token, Random random) {
    this.doors = List.copyOf(doors);
    this.token = token;
    this.random = random;
  }

  public record Answer(int status, JsonNode body) {
    public boolean isSuccess() {
      return status / 100 == 2;
    }

    public boolean isNotFound() {
      return status == 404;
    }

    /** Returns true for temporary failures, after which the same call may succeed. */
    boolean isToBeRepeated() {
      return status >= 500 || status == 429;
    }
  }

  /**
   * Calls a random replica once.
   *
   * @param key the idempotency key, or null
   * @throws IOException without a response; the call may have arrived
   */
  public Answer call(String method, String path, String body, String key) throws IOException {
    int port = doors.get(random.nextInt(doors.size()));
    HttpRequest.Builder request =
        JsonRequest.of(
            method, "http://127.0.0.1:" + port + "/api/v1" + path, token, body, PATIENCE);
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Repeats an idempotent call until it is answered. */
  public Optional<Answer> insist(
      String method, String path, String body, String key, Duration longest) {
    long deadline = System.nanoTime() + longest.toNanos();
    while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
      try {
        Answer answer = call(method, path, body, key);
        if (!answer.isToBeRepeated()) {
          return Optional.of(answer);
        }
        pause();
      } catch (IOException e) {
        // Another replica, or the same one a little later.
        pause();
      }
    }
    return Optional.empty();
  }

  /** Like {@link #insist}; any other result than a success fails the test. */
  public JsonNode require(String method, String path, String body) {
    Answer answer =
        insist(method, path, body, null, Duration.ofSeconds(90))
            .orElseThrow(() -> new AssertionError("Nobody answers " + method + " " + path));
    if (!answer.isSuccess()) {
      throw new AssertionError(method + " " + path + " gives " + answer);
    }
    return answer.body();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
