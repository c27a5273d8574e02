package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.testing.program.Await;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A thousand workers with short runs; the thread of their sessions must not wait for anything. */
@QuarkusTest
@TestProfile(PowerJobOpen.class)
@Tag("thorough")
@EnabledIfSystemProperty(
    named = "orrery.nightly",
    matches = "true",
    disabledReason = "It takes minutes. Run it with .ci/nightly, or with -Dorrery.nightly=true.")
class PowerJobLoopTest {
  private static final int APPS = 2;
  private static final int WORKERS_OF_AN_APP = 500;
  private static final int RUNS_OF_AN_APP = 500;

  /** Twice as often as workers do. */
  private static final long HEARTBEAT_MILLIS = 5_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger ended = new AtomicInteger();
  private final List<Worker> workers = new ArrayList<>();

  private record Worker(int app, HttpServer server) {
    String address() {
      return "127.0.0.1:" + server.actualPort();
    }
  }

  @AfterAll
  static void endSessions() {
    PowerJobSessions.end();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void keepsItsTurnsShortWithThousandSessions() {
    List<TestApp> apps = new ArrayList<>();
    for (int i = 0; i < APPS; i++) {
      TestApp app = TestApp.create();
      apps.add(app);
      join(PowerJobOpen.open(app));
      app.withJob(
          "noop",
          """
          {"processor":{"type":"powerjob","processorInfo":"org.example.Noop"},"overlap":"allow"}
          """);
    }
    GatewayLoop loop = Arc.container().instance(GatewayLoop.class).get();
    long whileJoining = PowerJobSessions.onLoop(loop::takeLongestTurnNanos);

    for (int run = 0; run < RUNS_OF_AN_APP; run++) {
      apps.forEach(app -> app.run("noop"));
    }
    Await.until(
        () -> "all runs have ended, not " + ended,
        Duration.ofMinutes(2),
        () -> ended.get() >= APPS * RUNS_OF_AN_APP);
    long whileRunning = PowerJobSessions.onLoop(loop::takeLongestTurnNanos);

    System.out.printf(
        "Longest turn of the loop with %d sessions: %d us while they opened, %d us during %d runs%n",
        workers.size(),
        TimeUnit.NANOSECONDS.toMicros(whileJoining),
        TimeUnit.NANOSECONDS.toMicros(whileRunning),
        APPS * RUNS_OF_AN_APP);
    assertThat(Duration.ofNanos(Math.max(whileJoining, whileRunning)))
        .as("a worker that waits longer for an answer repeats its report")
        .isLessThan(PowerJobLimits.REPORT_ANSWER_TIMEOUT);
  }

  /**
   * Sends heartbeats until each worker has its session: few are called for the first time at once.
   */
  private void join(int app) {
    List<Worker> joining = new ArrayList<>();
    for (int i = 0; i < WORKERS_OF_AN_APP; i++) {
      joining.add(new Worker(app, serve(app)));
    }
    workers.addAll(joining);
    vertx.setPeriodic(
        HEARTBEAT_MILLIS,
        now ->
            vertx.executeBlocking(
                () -> {
                  joining.forEach(PowerJobLoopTest::heartbeat);
                  return null;
                },
                false));
    Await.until(
        () -> "all workers have a session, not " + PowerJobSessions.workers(app).size(),
        Duration.ofMinutes(2),
        () -> {
          List<String> present = PowerJobSessions.workers(app);
          joining.stream()
              .filter(worker -> !present.contains(worker.address()))
              .limit(8)
              .forEach(PowerJobLoopTest::heartbeat);
          return present.size() == WORKERS_OF_AN_APP;
        });
  }

  private static void heartbeat(Worker worker) {
    PowerJobPeer.post(
        "workerHeartbeat",
        """
        {"workerAddress":"%s","appName":"x","appId":%d,"heartbeatTime":1,"containerInfos":[],
         "version":"4.3.9","protocol":"http","client":"KingPenguin","lightTaskTrackerNum":0,
         "heavyTaskTrackerNum":0,"tag":null,"systemMetrics":{"cpuProcessors":1,"score":0},
         "overload":false}
        """
            .formatted(worker.address(), worker.app()));
  }

  private HttpServer serve(int app) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.bodyHandler(body -> answer(app, request, body)))
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private void answer(int app, HttpServerRequest request, Buffer body) {
    request.response().end("{\"success\":false}");
    if (request.path().equals("/worker/runJob")) {
      vertx.executeBlocking(() -> report(app, request.localAddress().port(), body), false);
    }
  }

  private Void report(int app, int port, Buffer body) throws IOException {
    JsonNode run = JSON.readTree(body.getBytes());
    String answer =
        PowerJobPeer.post(
            "reportInstanceStatus",
            """
            {"appId":%d,"jobId":1,"instanceId":%d,"instanceStatus":5,"result":"done",
             "totalTaskNum":1,"startTime":1000,"endTime":1005,"reportTime":1006,
             "sourceAddress":"127.0.0.1:%d","needAlert":false}
            """
                .formatted(app, run.get("instanceId").asLong(), port));
    if (answer.contains("true")) {
      ended.incrementAndGet();
    }
    return null;
  }
}
