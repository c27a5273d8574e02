package dev.orrery.it.harness;

import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls an application with a starter. */
public record ApplicationHttp(ProgramProcess process, int port) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** Returns a response of any status. */
  public HttpResponse<String> get(String path) throws IOException {
    return send(request(path).build());
  }

  /** Returns the body of the response to a POST without a body; fails unless its status is 200. */
  public String post(String path) throws IOException {
    HttpResponse<String> response =
        send(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
    if (response.statusCode() != 200) {
      throw new AssertionError(path + " gives " + response.statusCode() + ": " + process.output());
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).timeout(ANSWER);
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
