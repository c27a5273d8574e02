package dev.orrery.scheduler.engine.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.model.job.document.ShardParameters;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class IdempotencyTest {
  private final String key = UUID.randomUUID().toString();
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void returnsSameRunForRepeatedIdempotencyKey() {
    Response first = run(app, key, "{\"parameters\":{\"n\":\"1\"}}");
    Response second = run(app, key, "{ \"parameters\" : { \"n\" : \"1\" } }");

    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(app.instancesOf("job")).hasSize(1);
  }

  @Test
  void returnsSameRunAfterItsJobSetsItsParameters() {
    String body = "{\"parameters\":{\"%s\":\"1\"}}".formatted(ShardParameters.INDEX);
    Response first = run(app, key, body);
    app.withJob(
        "job", "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":2}}");

    assertThat(run(app, key, body).asString()).isEqualTo(first.asString());
    Refused.with(ErrorCode.INVALID, run(app, UUID.randomUUID().toString(), body));
  }

  @Test
  void ignoresOrderOfParameters() {
    String id =
        run(app, key, "{\"parameters\":{\"b\":\"2\",\"a\":\"1\",\"c\":\"3\"}}")
            .as(Json.class)
            .getString("id");
    Response again = run(app, key, "{\"parameters\":{\"c\":\"3\",\"a\":\"1\",\"b\":\"2\"}}");

    assertThat(again.as(Json.class).getString("id")).isEqualTo(id);
    Refused.with(
            ErrorCode.INVALID,
            run(app, key, "{\"parameters\":{\"a\":\"2\",\"b\":\"1\",\"c\":\"3\"}}"))
        .at("Idempotency-Key");
  }

  @Test
  void ignoresOrderOfFieldsInBatchButNotOfRuns() {
    app.withJob("other");
    Response first =
        batch(
            "{\"instances\":[{\"job\":\"job\",\"parameters\":{\"b\":\"2\",\"a\":\"1\"}},"
                + "{\"job\":\"other\"}]}");
    Response again =
        batch(
            "{\"instances\":[{\"parameters\":{\"a\":\"1\",\"b\":\"2\"},\"job\":\"job\"},"
                + "{\"job\":\"other\"}]}");

    assertThat(again.asString()).isEqualTo(first.asString());
    Refused.with(
            ErrorCode.INVALID,
            batch(
                "{\"instances\":[{\"job\":\"other\"},"
                    + "{\"parameters\":{\"a\":\"1\",\"b\":\"2\"},\"job\":\"job\"}]}"))
        .at("Idempotency-Key");
  }

  @Test
  void returnsSameIdsForRepeatedBatch() {
    String body = "{\"instances\":[{\"job\":\"job\",\"count\":3},{\"job\":\"job\"}]}";

    Response first = batch(body);
    Response second = batch(body);

    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(second.as(Json.class).getStrings("ids"))
        .hasSize(4)
        .isEqualTo(first.as(Json.class).getStrings("ids"));
    assertThat(app.instancesOf("job")).hasSize(4);
  }

  @Test
  void returnsSameRunsForCallsFromDifferentSpans() {
    List<String> parameters = List.of("", trace(1), trace(2));

    assertThat(parameters)
        .extracting(trace -> run(app, key, "{\"parameters\":{\"n\":\"1\"" + trace + "}}"))
        .extracting(response -> response.as(Json.class).getString("id"))
        .hasSize(3)
        .containsOnly((String) app.instancesOf("job").get(0).get("id"));
    assertThat(app.instancesOf("job").get(0)).containsEntry("parameters", Map.of("n", "1"));
    Refused.with(ErrorCode.INVALID, run(app, key, "{\"parameters\":{\"n\":\"2\"" + trace(1) + "}}"))
        .at("Idempotency-Key");
  }

  @Test
  void returnsSameRunsForBatchesFromDifferentSpans() {
    List<String> parameters = List.of("", trace(1), trace(2));

    assertThat(parameters)
        .extracting(
            trace ->
                batch(
                    "{\"instances\":[{\"job\":\"job\",\"parameters\":{\"n\":\"1\""
                        + trace
                        + "}},{\"job\":\"job\"}]}"))
        .extracting(response -> response.as(Json.class).getStrings("ids"))
        .hasSize(3)
        .containsOnly(
            app.instancesOf("job").stream()
                .map(instance -> (String) instance.get("id"))
                .sorted()
                .toList());
  }

  private static String trace(int span) {
    return ",\"orrery.traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b"
        + span
        + "-01\"";
  }

  @Test
  void refusesIdempotencyKeyOfSingleRunForBatch() {
    run(app, key, "{}");

    Refused.with(ErrorCode.INVALID, batch("{\"instances\":[{\"job\":\"job\"}]}"))
        .at("Idempotency-Key");
  }

  @Test
  void keepsIdempotencyKeyUsableAfterRefusedCall() {
    Refused.with(ErrorCode.JOB_NOT_FOUND, batch("{\"instances\":[{\"job\":\"later\"}]}"));
    Refused.with(ErrorCode.INVALID, batch("{\"instances\":[{\"job\":\"job\",\"x\":1}]}"));
    app.withJob("later");

    assertThat(batch("{\"instances\":[{\"job\":\"later\"}]}").statusCode()).isEqualTo(202);
  }

  @Test
  void createsSingleRunForConcurrentCallsWithSameIdempotencyKey() {
    List<CompletableFuture<String>> calls =
        IntStream.range(0, 12)
            .mapToObj(
                n ->
                    ConcurrentCalls.start(
                        () -> {
                          Response response = run(app, key, "{}");
                          assertThat(response.statusCode()).isEqualTo(202);
                          return response.as(Json.class).getString("id");
                        }))
            .toList();

    assertThat(calls).extracting(CompletableFuture::join).containsOnly(calls.get(0).join());
    assertThat(app.instancesOf("job")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 200})
  void acceptsIdempotencyKeyUpTo200Characters(int length) {
    assertThat(run(app, "k".repeat(length), "{}").statusCode()).isEqualTo(202);
  }

  @Test
  void refusesIdempotencyKeyBeyond200Characters() {
    Refused.with(ErrorCode.INVALID, run(app, "k".repeat(201), "{}")).at("Idempotency-Key");

    assertThat(app.instancesOf("job")).isEmpty();
  }

  private static Response run(TestApp app, String key, String body) {
    return app.asOperator()
        .header("Idempotency-Key", key)
        .body(body)
        .post(app.path("/jobs/job/instances"));
  }

  private Response batch(String body) {
    return app.asOperator().header("Idempotency-Key", key).body(body).post(app.path("/instances"));
  }
}
