package dev.orrery.it.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.test.scheduler.LocalScheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Runs jobs of one app. */
final class Runs {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final LocalScheduler scheduler;
  private final String app;

  Runs(LocalScheduler scheduler, String app) {
    this.scheduler = scheduler;
    this.app = app;
  }

  void putJob(String name, String document) throws IOException {
    call("PUT", "/apps/" + app, "{}");
    call("PUT", "/apps/" + app + "/jobs/" + name, document);
  }

  /** Returns the id of the run. */
  String run(String job) throws IOException {
    return call("POST", "/apps/" + app + "/jobs/" + job + "/instances", "{}").path("id").asText();
  }

  JsonNode awaitEnd(String id) {
    AtomicReference<JsonNode> last = new AtomicReference<>();
    Await.until(
        "the run ends",
        LONGEST,
        () -> {
          last.set(call("GET", "/instances/" + id, null));
          return last.get().hasNonNull("endedAt");
        });
    return last.get();
  }

  List<String> lines(String id) throws IOException {
    List<String> lines = new ArrayList<>();
    call("GET", "/instances/" + id + "/logs", null)
        .path("items")
        .forEach(line -> lines.add(line.path("text").asText()));
    return lines;
  }

  private JsonNode call(String method, String path, String body) throws IOException {
    String response =
        scheduler.call(
            method, "/api/v1" + path, body == null ? null : body.getBytes(StandardCharsets.UTF_8));
    return JSON.readTree(response);
  }
}
