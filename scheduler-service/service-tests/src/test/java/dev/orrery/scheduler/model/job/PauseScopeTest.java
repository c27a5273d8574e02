package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that each way in which an instance becomes due respects the pause of its job and of its
 * app. For ten seconds after a pause, a recheck blocks instances that should not have become ready;
 * it is left out here, so that the way itself must respect the pause.
 */
@QuarkusTest
class PauseScopeTest {
  private TestApp app;
  private TestWorker worker;

  /** What is paused. */
  enum Scope {
    JOB("/jobs/job", "PAUSED"),
    APP("", "APP_PAUSED");

    private final String path;
    private final String waitingFor;

    Scope(String path, String waitingFor) {
      this.path = path;
      this.waitingFor = waitingFor;
    }
  }

  /** How an instance becomes due. Each prepares one before the pause, and gives its id after it. */
  enum Way {
    RUN {
      @Override
      String becomeDue(PauseScopeTest test, Assignment before) {
        return test.app.run("job");
      }
    },
    RUN_FOR_LATER {
      @Override
      String becomeDue(PauseScopeTest test, Assignment before) {
        return test.app.run("job", "{\"runAt\":\"%s\"}".formatted(Instant.now().plusMillis(300)));
      }
    },
    RETRY_BY_HAND {
      @Override
      String becomeDue(PauseScopeTest test, Assignment before) {
        test.worker.succeed(before);
        return test.app.tryRetry(Long.toString(before.instance())).as(Json.class).getString("id");
      }
    },
    BACKFILL {
      @Override
      String becomeDue(PauseScopeTest test, Assignment before) {
        Instant fireTime = test.hourly.last();
        test.app
            .asOperator()
            .body(
                "{\"from\":\"%s\",\"until\":\"%s\",\"overlap\":\"allow\"}"
                    .formatted(fireTime.minusSeconds(1), fireTime))
            .post(test.app.path("/jobs/job/backfills"))
            .then()
            .statusCode(202);
        return (String) test.app.instancesOf("job").get(0).get("id");
      }
    },
    NEXT_ATTEMPT_AT_ONCE {
      @Override
      String becomeDue(PauseScopeTest test, Assignment before) {
        test.worker.bye(before.ref());
        return Long.toString(before.instance());
      }
    },
    NEXT_ATTEMPT_AFTER_BACKOFF {
      @Override
      String becomeDue(PauseScopeTest test, Assignment before) {
        test.worker.fail(before, "once");
        return Long.toString(before.instance());
      }
    };

    abstract String becomeDue(PauseScopeTest test, Assignment before);
  }

  private final Hourly hourly = Hourly.farFromNow();

  static Stream<Arguments> everyWayAndScope() {
    return Arrays.stream(Way.values())
        .flatMap(way -> Arrays.stream(Scope.values()).map(scope -> Arguments.of(way, scope)));
  }

  @BeforeEach
  void createApp() {
    app =
        TestApp.create()
            .withJob(
                "job",
                "{\"processor\":{\"type\":\"noop\"},%s,\"retry\":{\"maxAttempts\":3,\"backoff\":\"PT0.3S\"}}"
                    .formatted(hourly.trigger()));
    worker = app.worker();
  }

  @AfterEach
  void stopFiring() {
    app.asOperator().delete(app.path("/jobs/job"));
  }

  @ParameterizedTest
  @MethodSource("everyWayAndScope")
  void blocksDueInstanceDuringPauseOfJobOrApp(Way way, Scope scope) {
    app.run("job");
    Assignment before = worker.take();
    post(scope.path + "/pause");
    dropRechecks();

    String id = way.becomeDue(this, before);

    TestApp.eventually().until(() -> !isScheduled(id));
    assertThat(app.instance(id).getString("waitingFor"))
        .as("what an instance waits for that became due by %s while its %s is paused", way, scope)
        .isEqualTo(scope.waitingFor);
    post(scope.path + "/resume");
    assertThat(app.worker().take().instance()).isEqualTo(Long.parseLong(id));
  }

  /** As when the pause is older than ten seconds. */
  private void dropRechecks() {
    int forgotten =
        TestDatabase.update(
            "delete from job_recheck u using job j, app a"
                + " where j.id = u.job_id and a.id = j.app_id and a.name = ?",
            app.name());
    assertThat(forgotten).as("jobs whose pause is noted for the second look").isOne();
  }

  private boolean isScheduled(String id) {
    return TestDatabase.read("select state = 0 from instance where id = ?", Long.parseLong(id))
        .equals("t");
  }

  private void post(String path) {
    app.asOperator().post(app.path(path)).then().statusCode(200);
  }
}
