package dev.orrery.it.spring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.it.harness.ApplicationHttp;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;

/** An application that runs, with its actuator. */
record SpringApplicationProcess(ProgramProcess process, int port) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofMinutes(2);

  /** Returns what the endpoint answers, also with an error status. */
  String actuator(String path) throws IOException {
    return http().get("/actuator/" + path).body();
  }

  /** Returns what the application answers to a POST without a body. */
  String post(String path) throws IOException {
    return http().post(path);
  }

  private ApplicationHttp http() {
    return new ApplicationHttp(process, port);
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
