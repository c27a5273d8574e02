package dev.orrery.it.harness;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * API clients that submit and read, each over its own persistent connection. They never retry, so
 * every error would be visible to users.
 */
public final class Load implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofMillis(80);

  private final String api;
  private final String token;
  private final List<String> jobs;
  private final List<Accepted> accepted = new CopyOnWriteArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ending;

  /**
   * @param port of the API
   * @param jobs submitted in turn
   * @param clients the HTTP version of each client
   */
  public Load(int port, String token, List<String> jobs, HttpClient.Version... clients) {
    this.api = "http://localhost:" + port + "/api/v1";
    this.token = token;
    this.jobs = jobs;
    for (HttpClient.Version version : clients) {
      Thread thread = new Thread(() -> submit(version), "load-" + version);
      thread.start();
      threads.add(thread);
    }
  }

  /** A submission that was answered with an id. */
  public record Accepted(String job, String key, String id) {}

  /** Returns all accepted submissions so far. */
  public List<Accepted> accepted() {
    return List.copyOf(accepted);
  }

  /** Submits again under the same key; returns the id of the response. */
  public String repeat(Accepted before) throws IOException, InterruptedException {
    return run(HttpClient.newHttpClient(), before.job(), before.key());
  }

  public List<String> errors() {
    return List.copyOf(errors);
  }

  private void submit(HttpClient.Version version) {
    HttpClient http =
        HttpClient.newBuilder().version(version).connectTimeout(Duration.ofSeconds(2)).build();
    for (int i = 0; !ending; i++) {
      String job = jobs.get(i % jobs.size());
      try {
        String key = UUID.randomUUID().toString();
        String id = run(http, job, key);
        accepted.add(new Accepted(job, key, id));
        send(http, to("/instances/" + id), 200);
      } catch (IOException e) {
        errors.add(Instant.now() + " " + version + " " + e);
      } catch (InterruptedException e) {
        return;
      }
      Await.pass(PAUSE);
    }
  }

  private String run(HttpClient http, String job, String key)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        to("/apps/" + Stack.APP + "/jobs/" + job + "/instances")
            .header("Idempotency-Key", key)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    return JSON.readTree(send(http, request, 202)).get("id").asText();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(api + path))
        .timeout(Duration.ofSeconds(10))
        .header("Authorization", "Bearer " + token);
  }

  private static String send(HttpClient http, HttpRequest.Builder request, int expected)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != expected) {
      throw new IOException(
          response.request().uri().getPath()
              + " gives "
              + response.statusCode()
              + " "
              + response.body());
    }
    return response.body();
  }

  /** Lets each client finish its call. */
  public void stop() {
    ending = true;
    try {
      for (Thread thread : threads) {
        thread.join(20_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
