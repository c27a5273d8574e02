package dev.orrery.it.neighbours;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.it.harness.JsonRequest;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The clients of an attack, with counts of their responses. */
final class Flood {
  /** The status of an incomplete response: the scheduler may close the connection of a refusal. */
  static final int CUT = 0;

  /** The status of a response that did not arrive within {@link #TIMEOUT}. */
  static final int NO_ANSWER = -1;

  private static final int UNAVAILABLE = 503;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int SHOWN = 300;
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(TIMEOUT)
          .executor(
              Executors.newFixedThreadPool(
                  2,
                  task -> {
                    Thread thread = new Thread(task, "flood-http");
                    thread.setDaemon(true);
                    return thread;
                  }))
          .build();

  private final NeighboursWorld world;
  private final Instant until;
  private final boolean alone;
  private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();

  /**
   * @param alone false if the same app runs other attacks concurrently, whose edits compete for
   *     locks
   */
  Flood(NeighboursWorld world, Instant until, boolean alone) {
    this.world = world;
    this.until = until;
    this.alone = alone;
  }

  record Reply(int status, String body) {
    /** Missing if it is not JSON, as after a cut connection. */
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        return JSON.missingNode();
      }
    }
  }

  /** A call of a client. */
  @FunctionalInterface
  interface Call {
    /**
     * @param number from 0, unique within the attack
     */
    void make(int number) throws Exception;
  }

  boolean isOver() {
    return !Instant.now().isBefore(until);
  }

  /** Calls the REST API with an operator token of the app. */
  Reply operator(String method, String path, String body) {
    return call("operator", method, path, body);
  }

  /** Reads with a viewer token of the app. */
  Reply viewer(String path) {
    return call("viewer", "GET", path, null);
  }

  private Reply call(String role, String method, String path, String body) {
    return send(
        method,
        world.apiPort(),
        "/api/v1" + path,
        world.token(role),
        body == null ? null : body.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a worker message unchanged. */
  Reply worker(WorkerOperation<?, ?> operation, String body) {
    return worker(operation, body.getBytes(StandardCharsets.UTF_8));
  }

  Reply worker(WorkerOperation<?, ?> operation, byte[] body) {
    return worker(operation, BodyPublishers.ofByteArray(body));
  }

  private Reply worker(WorkerOperation<?, ?> operation, BodyPublisher body) {
    int port = operation.equals(WorkerOperation.DISCOVERY) ? world.apiPort() : world.workerPort();
    return send("POST", port, operation.path(), world.token("worker"), body);
  }

  /**
   * Sends any request.
   *
   * @param body may be null
   */
  Reply send(String method, int port, String path, String token, byte[] body) {
    return send(
        method,
        port,
        path,
        token,
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
  }

  private Reply send(String method, int port, String path, String token, BodyPublisher body) {
    HttpRequest request =
        JsonRequest.of(
                method,
                "http://localhost:" + port + path,
                token,
                body,
                MachineLoad.stretch(TIMEOUT))
            .build();
    Reply reply = send(request);
    count(reply.status());
    if (reply.status() >= 500 && (alone || reply.status() != UNAVAILABLE)) {
      String shown = reply.body().substring(0, Math.min(SHOWN, reply.body().length()));
      faults.add(method + " " + path + " gives " + reply.status() + ": " + shown);
    }
    return reply;
  }

  /** Counts a response of another client. */
  void count(int status) {
    statuses.merge(status, 1, Integer::sum);
  }

  private static Reply send(HttpRequest request) {
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body());
    } catch (HttpTimeoutException e) {
      return new Reply(NO_ANSWER, "");
    } catch (IOException e) {
      return new Reply(CUT, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Repeats calls until the time is over.
   *
   * @param clients concurrent calls
   * @param pause of a client between two of its calls
   */
  void repeat(int clients, Duration pause, Call call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        int first = client;
        all.add(
            threads.submit(
                () -> {
                  for (int number = first; !isOver(); number += clients) {
                    call.make(number);
                    Await.pass(pause);
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("An attack could not be made", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  Map<Integer, Integer> statuses() {
    return new TreeMap<>(statuses);
  }

  /** Returns responses that no client may ever receive. */
  List<String> faults() {
    return List.copyOf(faults);
  }
}
