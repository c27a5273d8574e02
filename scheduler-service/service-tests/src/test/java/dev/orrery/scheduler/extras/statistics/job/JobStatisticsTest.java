package dev.orrery.scheduler.extras.statistics.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class JobStatisticsTest {
  private static final String ONE_ATTEMPT =
      "{\"processor\":{\"type\":\"noop\"},\"retry\":{\"maxAttempts\":1}}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("failing", ONE_ATTEMPT).withJob("well").withJob("quiet");
  }

  @Test
  void returnsEndsOfSeveralJobsInSingleCall() {
    TestWorker worker = app.worker();
    String failed = app.run("failing");
    worker.fail(worker.take(), "exit 3");
    app.run("well");
    Assignment assignment = worker.take();
    worker.succeed(assignment);

    Json answer = statistics("job=well&job=failing&last=5");

    assertThat(answer.getStrings("items.job")).containsExactly("failing", "well");
    assertThat(answer.getString("items[0].ends[0].id")).isEqualTo(failed);
    assertThat(answer.getString("items[0].ends[0].state")).isEqualTo("FAILED");
    assertThat(answer.getString("items[0].successRate")).isEqualTo("0.0");
    assertThat(answer.getString("items[0].failingSince"))
        .isEqualTo(app.instance(failed).getString("endedAt"));
    assertThat(answer.getString("items[0].lastError")).contains("exit 3");
    assertThat(answer.getString("items[1].successRate")).isEqualTo("1.0");
    assertThat(answer.getString("items[1].failingSince")).isNull();
  }

  @Test
  void omitsFiguresOfJobWithoutRuns() {
    assertThat(statistics("job=quiet").getMaps("items"))
        .singleElement()
        .satisfies(item -> assertThat(item).containsOnlyKeys("job", "ends"));
  }

  @Test
  void returnsJobsByNameWithoutJobParameter() {
    assertThat(statistics("last=1").getStrings("items.job"))
        .containsExactly("failing", "quiet", "well");
  }

  @Test
  void sharesReadBetweenCallsWithinTwoSeconds() {
    String call = "job=quiet&job=well";
    Json first = statistics(call);
    String canceled = app.run("quiet");
    app.cancel(canceled);

    assertThat(statistics("job=well&job=quiet")).isEqualTo(first);
    assertThat(statistics(call + "&last=3").getString("items[0].ends[0].id")).isEqualTo(canceled);
    TestApp.eventually().until(() -> !statistics(call).equals(first));
  }

  @Test
  void refusesUnknownJobAndSuggestsSimilarName() {
    Refused.with(ErrorCode.JOB_NOT_FOUND, call("job=qiet")).saying("Did you mean 'quiet'?");
  }

  @Test
  void refusesMoreThan100Jobs() {
    Refused.with(ErrorCode.INVALID, call(names(101))).at("job").saying("at most 100 jobs; got 101");
    Refused.with(ErrorCode.JOB_NOT_FOUND, call(names(100)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "101", "all"})
  void refusesEndCountOutOfRange(String last) {
    Refused.with(ErrorCode.INVALID, call("last=" + last)).at("last");
  }

  @Test
  void refusesRepeatedParametersExceptJob() {
    Refused.with(ErrorCode.INVALID, call("last=1&last=2")).at("last").saying("given once");
  }

  private static String names(int count) {
    return IntStream.range(0, count).mapToObj(n -> "job=job-" + n).collect(Collectors.joining("&"));
  }

  private Json statistics(String query) {
    Response response = call(query);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response.as(Json.class);
  }

  private Response call(String query) {
    return app.asViewer().get(app.path("/job-statistics?" + query));
  }
}
