package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Suggestions of calls for a job that the app does not have. */
@QuarkusTest
class JobNameStoreTest {
  private static final String SPAN =
      "{\"from\":\"2026-01-01T00:00:00Z\",\"until\":\"2026-01-02T00:00:00Z\"}";

  private TestApp app;

  @BeforeEach
  void prepare() {
    app = TestApp.create().withJob("greet").withJob("import-orders");
  }

  private Stream<Response> callsFor(String job) {
    return Stream.of(
        app.asViewer().get(app.path("/jobs/" + job)),
        app.asViewer().get(app.path("/jobs/" + job + "/versions")),
        app.asViewer().get(app.path("/jobs/" + job + "/fire-times")),
        app.asOperator().delete(app.path("/jobs/" + job)),
        app.asOperator().post(app.path("/jobs/" + job + "/pause")),
        app.asOperator().body("{}").post(app.path("/jobs/" + job + "/instances")),
        app.asOperator().body(SPAN).post(app.path("/jobs/" + job + "/backfills")),
        app.asViewer().get(app.path("/jobs/" + job + "/backfills")),
        app.asViewer().get(app.path("/instances?job=" + job)));
  }

  @Test
  void suggestsSimilarJobName() {
    callsFor("gret")
        .forEach(
            response ->
                Refused.with(ErrorCode.JOB_NOT_FOUND, response)
                    .saying(
                        "There is no job 'gret' in app '" + app.name() + "'",
                        "Did you mean 'greet'?"));
  }

  @Test
  void suggestsNoNameWithoutSimilarJob() {
    Refused refused =
        Refused.with(ErrorCode.JOB_NOT_FOUND, app.asViewer().get(app.path("/jobs/nightly")));

    assertThat(refused.problem().getString("detail"))
        .isEqualTo("There is no job 'nightly' in app '" + app.name() + "'.");
  }

  @Test
  void excludesDeletedAndForeignJobsFromSuggestions() {
    TestApp.create().withJob("gree");
    app.asOperator().delete(app.path("/jobs/greet"));

    Refused refused =
        Refused.with(ErrorCode.JOB_NOT_FOUND, app.asViewer().get(app.path("/jobs/gret")));

    assertThat(refused.problem().getString("detail")).doesNotContain("Did you mean");
  }
}
