package dev.orrery.it.quarkus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.orrery.it.harness.ApplicationHttp;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;

/** An application that runs, with its management endpoints. */
record QuarkusApplicationProcess(ProgramProcess process, int port) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(60);

  /** Returns what the endpoint answers, also with an error status. */
  String management(String path) throws IOException {
    return response(path).body();
  }

  int status(String path) throws IOException {
    return response(path).statusCode();
  }

  private HttpResponse<String> response(String path) throws IOException {
    return http().get("/q/" + path);
  }

  /** Returns what the application answers to a POST without a body. */
  String post(String path) throws IOException {
    return http().post(path);
  }

  private ApplicationHttp http() {
    return new ApplicationHttp(process, port);
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
    return await("/data/phase", phase);
  }

  /** Waits until the application is up, also one without a worker. */
  QuarkusApplicationProcess awaitStarted() {
    return await("/status", "UP");
  }

  private QuarkusApplicationProcess await(String place, String value) {
    Await.until(
        () -> "the health of the worker has " + place + "=" + value + ":\n" + process.output(),
        START,
        () -> {
          process.requireAlive();
          return health().at(place).asText().equals(value);
        });
    return this;
  }

  @Override
  public void close() {
    process.close();
  }
}
