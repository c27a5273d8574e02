package dev.orrery.scheduler.engine.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retries by hand. */
@QuarkusTest
class RetryTest {
  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
    worker = app.worker();
  }

  @Test
  void createsNewInstanceForRetryOfEndedInstance() {
    String id = app.run("job", "{\"parameters\":{\"day\":\"monday\"}}");
    worker.fail(worker.take(), "no");

    Response retried = app.tryRetry(id);
    String again = retried.as(Json.class).getString("id");
    Assignment taken = worker.take();

    assertThat(retried.statusCode()).isEqualTo(202);
    assertThat(retried.header("Location")).isEqualTo(Api.V1 + "/instances/" + again);
    assertThat(again).isNotEqualTo(id);
    assertThat(taken.instance()).isEqualTo(Long.parseLong(again));
    assertThat(taken.attempt()).isEqualTo(1);
    assertThat(taken.parameters()).containsEntry("day", "monday");
    assertThat(app.instance(again).getString("retryOf")).isEqualTo(id);
    assertThat(app.instance(id).getString("state")).isEqualTo("FAILED");
    assertThat(app.instance(id).getString("retryOf")).isNull();
  }

  @Test
  void linksRetryToTraceOfFirstRun() {
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    String id =
        app.run(
            "job",
            "{\"parameters\":{\"day\":\"monday\",\"orrery.traceparent\":\"" + trace + "\"}}");

    for (String name : List.of("orrery.traceparent", "orrery.tracelink", "orrery.tracelink")) {
      Assignment taken = worker.take();
      assertThat(taken.parameters()).isEqualTo(Map.of("day", "monday", name, trace));
      assertThat(app.instance(id).getMap("parameters")).isEqualTo(Map.of("day", "monday"));
      worker.fail(taken, "no");
      id = app.tryRetry(id).as(Json.class).getString("id");
    }
  }

  @Test
  void makesOneRetryForRepeatedIdempotencyKey() {
    String id = app.run("job");
    worker.fail(worker.take(), "no");
    String active = app.run("job");
    app.withJob("other");
    String other = app.run("other");
    app.cancel(other);

    Refused.with(ErrorCode.NOT_TERMINAL, retry(active, "pay-1", ""));
    Refused.with(ErrorCode.INVALID, retry(id, "pay-1", "{\"mode\":\"failed\"}")).at("mode");
    String again = retry(id, "pay-1", "").as(Json.class).getString("id");

    assertThat(retry(id, "pay-1", "{}").as(Json.class).getString("id")).isEqualTo(again);
    assertThat(retry(id, "pay-1", "{\"mode\":\"all\"}").header("Location")).endsWith(again);
    app.cancel(again);
    assertThat(retry(id, "pay-1", "").as(Json.class).getString("id")).isEqualTo(again);
    Refused.with(ErrorCode.INVALID, retry(other, "pay-1", "")).at("Idempotency-Key");
    Refused.with(
            ErrorCode.INVALID,
            app.asOperator()
                .header("Idempotency-Key", "pay-1")
                .body("{}")
                .post(app.path("/jobs/job/instances")))
        .at("Idempotency-Key");
    assertThat(retry(id, "pay-2", "").as(Json.class).getString("id")).isNotEqualTo(again);
    assertThat(app.instancesOf("job")).hasSize(4);
  }

  @Test
  void makesOneRetryForConcurrentCallsWithSameIdempotencyKey() {
    String id = app.run("job");
    worker.fail(worker.take(), "no");
    List<CompletableFuture<String>> calls =
        IntStream.range(0, 8)
            .mapToObj(
                n ->
                    ConcurrentCalls.start(
                        () -> retry(id, "pay-1", "").as(Json.class).getString("id")))
            .toList();

    assertThat(calls).extracting(CompletableFuture::join).containsOnly(calls.get(0).join());
    assertThat(app.instancesOf("job")).hasSize(2);
  }

  private Response retry(String id, String key, String body) {
    return app.asOperator()
        .header("Idempotency-Key", key)
        .body(body)
        .post(Api.V1 + "/instances/" + id + "/retry");
  }

  @Test
  void refusesRetryOfUnfinishedInstance() {
    String waiting = app.run("job", "{\"runAt\":\"2127-01-01T00:00:00Z\"}");
    String running = app.run("job");
    worker.take();

    Refused.with(ErrorCode.NOT_TERMINAL, app.tryRetry(waiting)).saying(waiting);
    Refused.with(ErrorCode.NOT_TERMINAL, app.tryRetry(running));

    assertThat(app.instancesOf("job")).hasSize(2);
  }
}
