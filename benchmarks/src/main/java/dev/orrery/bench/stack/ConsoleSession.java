package dev.orrery.bench.stack;

import dev.orrery.bench.BenchException;
import dev.orrery.protocol.WorkerOperation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A signed-in browser, whose calls carry the session cookie. */
public final class ConsoleSession {
  private static final String SESSION = WorkerOperation.Paths.API + "/session";

  private final HttpClient http;
  private final URI root;
  private final boolean admin;
  private final Map<String, String> headers;
  private final String cookie;

  private ConsoleSession(
      HttpClient http, URI root, boolean admin, Map<String, String> headers, String cookie) {
    this.http = http;
    this.root = root;
    this.admin = admin;
    this.headers = headers;
    this.cookie = cookie;
  }

  static ConsoleSession signIn(
      HttpClient http, int port, String token, boolean admin, Map<String, String> headers)
      throws InterruptedException {
    URI root = URI.create("http://127.0.0.1:" + port);
    HttpRequest request =
        HttpRequest.newBuilder(root.resolve(SESSION))
            .header("Content-Type", "application/json")
            .header("Origin", root.toString())
            .POST(BodyPublishers.ofString("{\"token\":\"" + token + "\"}"))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new BenchException(
            "Failed to open a session: " + response.statusCode() + " " + response.body());
      }
      String cookie = response.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
      return new ConsoleSession(http, root, admin, Map.copyOf(headers), cookie);
    } catch (IOException e) {
      throw new BenchException("Failed to open a session: " + e, e);
    }
  }

  public boolean isAdmin() {
    return admin;
  }

  /**
   * Makes a call.
   *
   * @param path with the query
   * @return the size of the response, -1 if the scheduler is overloaded, or a {@link
   *     BenchException} if the call is refused
   */
  public CompletableFuture<Long> get(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve(path))
            .timeout(Duration.ofMinutes(1))
            .header("Cookie", cookie);
    headers.forEach(request::header);
    return http.sendAsync(request.build(), BodyHandlers.ofByteArray())
        .thenApply(response -> size(path, response));
  }

  private static long size(String path, HttpResponse<byte[]> response) {
    if (response.statusCode() == 429 || response.statusCode() == 503) {
      return -1;
    }
    if (response.statusCode() != 200) {
      throw new BenchException(
          path
              + ": "
              + response.statusCode()
              + " "
              + new String(response.body(), StandardCharsets.UTF_8));
    }
    return response.body().length;
  }
}
