package dev.orrery.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A trigger has a next fire exactly while neither its job nor its app is paused. */
@QuarkusTest
class PausedTriggersTest {
  private static final String EVERY_TWO_HOURS =
      "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT2H\"}}";

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
  void pauseOfAJobStopsItsTriggerAlone() {
    post(app, "/jobs/job/pause");
    assertStopped("job", "its job is paused");
    assertFires("other", "another job is paused");

    post(app, "/jobs/job/resume");
    assertFires("job", "its job was resumed");
  }

  @Test
  void resumeOfTheAppLeavesJobsThatArePausedThemselves() {
    post(app, "/jobs/other/pause");
    post(app, "/pause");
    assertStopped("job", "its app is paused");

    post(app, "/resume");

    assertFires("job", "its app was resumed");
    assertStopped("other", "its job is paused still");
  }

  @Test
  void resumeOfAJobDoesNotStartItsTriggerWhileTheAppIsPaused() {
    post(app, "/jobs/job/pause");
    post(app, "/pause");

    post(app, "/jobs/job/resume");

    assertStopped("job", "its app is paused still");
    post(app, "/resume");
    assertFires("job", "its app was resumed too");
  }

  @Test
  void resumeLeavesADisabledJob() {
    app.withJob("job", hourly(",\"enabled\":false"));
    post(app, "/pause");

    post(app, "/resume");

    assertStopped("job", "it is disabled");
  }

  @Test
  void editOfATriggerDoesNotStartIt() {
    post(app, "/jobs/job/pause");
    app.withJob("job", EVERY_TWO_HOURS);
    assertStopped("job", "its job is paused");

    post(app, "/pause");
    app.withJob("other", EVERY_TWO_HOURS);
    assertStopped("other", "its app is paused");
  }

  @Test
  void pauseOfAnAppLeavesOtherAppsAlone() {
    TestApp paused = TestApp.create().withJob("job", hourly(""));

    post(paused, "/pause");

    assertFires("job", "another app is paused");
    paused.asOperator().delete(paused.path("/jobs/job"));
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
