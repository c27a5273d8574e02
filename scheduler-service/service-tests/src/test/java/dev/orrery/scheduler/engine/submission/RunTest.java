package dev.orrery.scheduler.engine.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Submission of single runs. */
@QuarkusTest
class RunTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void commitsRunBeforeAnswering() {
    String id = app.run("job");

    Json instance = app.instance(id);
    assertThat(id).matches("[0-9]{17,19}");
    assertThat(instance.getString("app")).isEqualTo(app.name());
    assertThat(instance.getString("job")).isEqualTo("job");
    assertThat(instance.getInt("jobVersion")).isEqualTo(1);
    assertThat(instance.getString("state")).isEqualTo("WAITING");
    assertThat(instance.getInt("priority")).isEqualTo(5);
    assertThat(instance.getString("fireTime")).isNull();
    assertThat(instance.getInt("attempt")).isZero();
    assertThat(app.attemptStates(id)).isEmpty();
  }

  @Test
  void acceptsRunRequestWithoutBody() {
    assertThat(app.asOperator().post(app.path("/jobs/job/instances")).statusCode()).isEqualTo(202);
  }

  @ParameterizedTest
  @CsvSource({"shardIndex", "shardCount"})
  void refusesParametersReservedForParts(String name) {
    String divided =
        "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":2}%s}";
    String parameters = "{\"parameters\":{\"" + name + "\":\"7\"}}";
    app.putJob("divided", divided.formatted(""));

    Refused.with(ErrorCode.INVALID, app.tryRun("divided", parameters))
        .at("parameters")
        .saying("set by the fanOut of job 'divided'");
    String own = "," + parameters.substring(1, parameters.length() - 1);
    Refused.with(ErrorCode.INVALID, app.putJob("divided", divided.formatted(own)))
        .at("parameters." + name);

    assertThat(app.tryRun("job", parameters).statusCode()).as("a job without parts").isEqualTo(202);
    assertThat(app.tryRun("divided", "{\"parameters\":{\"x\":\"" + name + "\"}}").statusCode())
        .as("a value with the name")
        .isEqualTo(202);
  }

  @Test
  void returnsLocationOfCreatedRun() {
    Response run = app.tryRun("job", "{}");

    String location = run.header("Location");
    assertThat(location).isEqualTo(Api.V1 + "/instances/" + run.as(Json.class).getString("id"));
    assertThat(app.asViewer().get(location).statusCode()).isEqualTo(200);
  }

  @Test
  void showsRunWhileRunningAndAfterSuccess() {
    String id = app.run("job");
    TestWorker worker = app.workerLike().named("ours").join();

    Assignment taken = worker.take();
    Json running = app.instance(id);
    worker.succeed(taken);
    Json ended = app.instance(id);

    assertThat(taken.instance()).isEqualTo(Long.parseLong(id));
    assertThat(taken.attempt()).isEqualTo(1);
    assertThat(taken.job()).isEqualTo("job");
    assertThat(taken.jobVersion()).isEqualTo(1);
    assertThat(taken.processor()).isEqualTo(new ProcessorSpec.Noop(null));
    assertThat(taken.fireTime()).isNull();
    assertThat(taken.timeoutMillis()).isNull();
    assertThat(running.getString("state")).isEqualTo("RUNNING");
    assertThat(running.getString("worker")).isEqualTo("ours");
    assertThat(running.getInt("attempt")).isEqualTo(1);
    assertThat(running.getString("endedAt")).isNull();
    assertThat(ended.getString("state")).isEqualTo("SUCCEEDED");
    assertThat(ended.getString("worker")).isEqualTo("ours");
    assertThat(ended.getString("startedAt")).isEqualTo(running.getString("startedAt"));
    assertThat(Instant.parse(ended.getString("endedAt")))
        .isAfterOrEqualTo(Instant.parse(ended.getString("startedAt")));
    assertThat(app.attemptStates(id)).containsExactly("SUCCEEDED");
    assertThat(app.attempts(id).getList("items.worker")).containsExactly("ours");
  }

  @Test
  void overridesJobParametersWithRunParameters() {
    app.withJob(
        "job",
        "{\"processor\":{\"type\":\"noop\"},\"parameters\":{\"region\":\"eu\",\"day\":\"monday\"}}");

    String id =
        app.run("job", "{\"parameters\":{\"day\":\"friday\",\"ü\":\"\"}}".replace("ü", "u"));

    Map<String, String> merged = Map.of("region", "eu", "day", "friday", "u", "");
    assertThat(app.instance(id).getMap("parameters")).isEqualTo(merged);
    assertThat(app.worker().take().parameters()).isEqualTo(merged);
  }

  @Test
  void delaysRunUntilRequestedTime() {
    TestWorker worker = app.worker();
    Instant later = Instant.now().plusSeconds(3600);
    Json waiting = app.instance(app.run("job", "{\"runAt\":\"" + later + "\"}"));
    Instant at = Instant.now().plusSeconds(3);

    String id = app.run("job", "{\"runAt\":\"" + at + "\"}");
    Assignment taken = worker.take();

    assertThat(waiting.getString("state")).isEqualTo("WAITING");
    assertThat(waiting.getString("waitingFor")).isEqualTo("DUE_TIME");
    assertThat(Duration.between(later, Instant.parse(waiting.getString("dueAt"))).abs())
        .isLessThan(Duration.ofMillis(2));
    assertThat(taken.instance()).isEqualTo(Long.parseLong(id));
    assertThat(Instant.parse(app.instance(id).getString("startedAt")))
        .isBetween(at.minusMillis(1), at.plusSeconds(1));
  }

  @Test
  void runsDisabledJobOnRequest() {
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"},\"enabled\":false}");

    app.run("job");

    assertThat(app.worker().take().job()).isEqualTo("job");
  }

  @Test
  void keepsJobVersionOfRunAfterJobUpdate() {
    String id = app.run("job");
    app.withJob("job", "{\"processor\":{\"type\":\"noop\",\"sleep\":\"PT5S\"}}");

    Assignment taken = app.worker().take();

    assertThat(taken.jobVersion()).isEqualTo(1);
    assertThat(taken.processor()).isEqualTo(new ProcessorSpec.Noop(null));
    assertThat(app.instance(id).getInt("jobVersion")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INVALID   | parms          | {"parms": {}}
          INVALID   | runAt          | {"runAt": "tomorrow"}
          INVALID   | runAt          | {"runAt": "+12000-01-01T00:00:00Z"}
          INVALID   | parameters     | {"parameters": {"a b": "c"}}
          MALFORMED | parameters.day | {"parameters": {"day": 3}}
          MALFORMED | runAt          | {"runAt": 1700000000}
          INVALID   | count          | {"count": 2}
          """)
  void createsNoRunForInvalidRequest(ErrorCode code, String field, String body) {
    Refused.with(code, app.tryRun("job", body)).at(field);

    assertThat(app.instancesOf("job")).isEmpty();
  }

  @Test
  void refusesRunOfUnknownJob() {
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.tryRun("other", "{}")).saying("other");
  }

  @Test
  void answersNotFoundForUnknownRunId() {
    for (String id : new String[] {"1", "x", "-1", "0x10", "99999999999999999999", "1.5"}) {
      for (String rest : new String[] {"", "/attempts", "/logs"}) {
        Refused.with(
            ErrorCode.INSTANCE_NOT_FOUND, app.asViewer().get(TestApp.instancePath(id, rest)));
      }
      Refused.with(ErrorCode.INSTANCE_NOT_FOUND, app.tryCancel(id));
      Refused.with(ErrorCode.INSTANCE_NOT_FOUND, app.tryRetry(id));
    }
  }
}
