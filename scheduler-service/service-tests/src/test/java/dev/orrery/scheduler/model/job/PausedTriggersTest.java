package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.ConcurrentCalls;
import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A trigger has a next fire exactly while neither its job nor its app is paused. */
@QuarkusTest
class PausedTriggersTest {
  private final Hourly hourly = Hourly.farFromNow();
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job", hourly("")).withJob("other", hourly(""));
  }

  @AfterEach
  void stopFiring() {
    app.asOperator().delete(app.path("/jobs/job"));
    app.asOperator().delete(app.path("/jobs/other"));
  }

  @Test
  void keepsTriggersRunningWhenAnotherAppIsPaused() {
    TestApp paused = TestApp.create().withJob("job", hourly(""));

    post(paused, "/pause");

    assertFires("job", "another app is paused");
    paused.asOperator().delete(paused.path("/jobs/job"));
  }

  /** The jobs of the test come behind a page that is exactly full, or that ends by its bytes. */
  @ParameterizedTest
  @CsvSource({"500, 1", "40, 60000"})
  void restartsTriggersOfAllJobsOnAppResume(int jobs, int length) {
    post(app, "/pause");
    int made =
        TestDatabase.update(
            """
            with copied as (
              select j.app_id, v.document, v.lane_id, v.priority
              from job j join app a on a.id = j.app_id join job_version v on v.id = j.version_id
              where a.name = ? and j.name = 'job'
            ), made as (
              insert into job (app_id, name, version_id)
              select app_id, 'a-' || n, new_instance_id()
              from copied, generate_series(1, ?) n
              returning id, name, version_id
            ), versions as (
              insert into job_version (id, job_id, version, document, lane_id, priority)
              select version_id, id, 1,
                document || jsonb_build_object('name', made.name,
                  'parameters', jsonb_build_object('text', repeat('x', ?))),
                lane_id, priority
              from made, copied
            )
            insert into trigger (job_id, anchor_at) select id, now() from made
            """,
            app.name(),
            jobs,
            length);
    assertThat(made).isEqualTo(jobs);

    post(app, "/resume");

    assertFires("job", "its app was resumed");
    assertFires("other", "its app was resumed");
    assertThat(firing()).as("jobs of the app that fire").isEqualTo(Integer.toString(jobs + 2));
    post(app, "/pause");
    assertThat(firing()).as("jobs of the paused app that fire").isEqualTo("0");
  }

  @Test
  void stopsTriggerOfJobCreatedDuringPauseOfApp() throws SQLException {
    Response put = whileTheAppIsBeingPaused(() -> app.putJob("new", hourly("")));

    assertThat(put.statusCode()).isEqualTo(201);
    assertStopped("new", "its app was being paused");
    app.asOperator().delete(app.path("/jobs/new"));
  }

  @Test
  void keepsTriggerStoppedWhenJobResumesDuringPauseOfApp() throws SQLException {
    post(app, "/jobs/job/pause");

    Response resume =
        whileTheAppIsBeingPaused(() -> app.asOperator().post(app.path("/jobs/job/resume")));

    assertThat(resume.statusCode()).isEqualTo(200);
    assertStopped("job", "its app was being paused");
  }

  /** Calls while a pause is not yet committed, and commits it once the call waits or has ended. */
  private Response whileTheAppIsBeingPaused(Supplier<Response> call) throws SQLException {
    app.token(TestApp.TokenRole.OPERATOR);
    try (Connection pause = TestDatabase.connect()) {
      pause.setAutoCommit(false);
      int process = pauseApp(pause);
      CompletableFuture<Response> answer = ConcurrentCalls.start(call);
      TestApp.eventually().until(() -> answer.isDone() || TestDatabase.isWaitedFor(process));
      pause.commit();
      pause.setAutoCommit(true);
      return answer.join();
    }
  }

  /** Returns the process of the database that now holds the row. */
  private int pauseApp(Connection pause) throws SQLException {
    return TestDatabase.process(
        pause,
        "update app set paused = true where name = ? returning pg_backend_pid()",
        app.name());
  }

  private String firing() {
    return TestDatabase.read(
        "select count(*) from trigger t join job j on j.id = t.job_id join app a on a.id = j.app_id"
            + " where a.name = ? and t.next_fire_at is not null",
        app.name());
  }

  private String hourly(String fields) {
    return "{\"processor\":{\"type\":\"noop\"},%s%s}".formatted(hourly.trigger(), fields);
  }

  private void assertFires(String job, String because) {
    assertThat(nextFire(job)).as("the next fire of '%s', since %s", job, because).isNotNull();
  }

  private void assertStopped(String job, String because) {
    assertThat(nextFire(job)).as("the next fire of '%s', though %s", job, because).isNull();
  }

  private String nextFire(String job) {
    return app.getJob(job).as(Json.class).getString("status.nextFireTime");
  }

  private static void post(TestApp app, String path) {
    app.asOperator().post(app.path(path)).then().statusCode(200);
  }
}
