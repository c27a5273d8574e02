package dev.orrery.it.quarkus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** An application that runs, with its management endpoints. */
record QuarkusApplicationProcess(ProgramProcess process, int port) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** Returns what the endpoint answers, also with an error status. */
  String management(String path) throws IOException {
    return response(path).body();
  }

  int status(String path) throws IOException {
    return response(path).statusCode();
  }

  private HttpResponse<String> response(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/q/" + path))
            .timeout(ANSWER)
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Returns the check of the worker. */
  JsonNode health() throws IOException {
    for (JsonNode check : JSON.readTree(management("health")).at("/checks")) {
      if (check.at("/name").asText().equals("orreryWorker")) {
        return check;
      }
    }
    return MissingNode.getInstance();
  }

  /** Waits until the application is up and its worker has this phase. */
  QuarkusApplicationProcess awaitPhase(String phase) {
    Await.until(
        () -> "the worker is " + phase + ":\n" + process.output(),
        START,
        () -> {
          process.requireAlive();
          return health().at("/data/phase").asText().equals(phase);
        });
    return this;
  }

  @Override
  public void close() {
    process.close();
  }
}
