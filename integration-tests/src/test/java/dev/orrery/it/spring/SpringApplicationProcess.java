package dev.orrery.it.spring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** An application that runs, with its actuator. */
record SpringApplicationProcess(ProgramProcess process, int port) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** Returns what the endpoint answers, also with an error status. */
  String actuator(String path) throws IOException {
    return send(request("/actuator/" + path).build()).body();
  }

  /** Returns what the application answers to a POST without a body. */
  String post(String path) throws IOException {
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

  JsonNode health() throws IOException {
    return JSON.readTree(actuator("health")).at("/components/orreryWorker");
  }

  /** Waits until the application is up and its worker has this phase; ends it if that fails. */
  SpringApplicationProcess awaitPhase(String phase) {
    return await("/components/orreryWorker/details/phase", phase);
  }

  /** Waits until the application is up, also one without a worker; ends it if that fails. */
  SpringApplicationProcess awaitStarted() {
    return await("/status", "UP");
  }

  private SpringApplicationProcess await(String place, String value) {
    try {
      Await.until(
          () -> "the health has " + place + "=" + value + ":\n" + process.output(),
          START,
          () -> {
            process.requireAlive();
            return JSON.readTree(actuator("health")).at(place).asText().equals(value);
          });
    } catch (AssertionError e) {
      close();
      throw e;
    }
    return this;
  }

  @Override
  public void close() {
    process.close();
  }
}
