package dev.orrery.scheduler.model.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.engine.retention.HistoryPerJob;
import dev.orrery.scheduler.testkit.ClusterAndShortHistory;
import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that what has run does not run again after its row was deleted from the history. */
@QuarkusTest
@TestProfile(ClusterAndShortHistory.class)
class DeletedHistoryTest {
  private static final String EACH_SECOND =
      "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT1S\"}}";

  private final Hourly hourly = Hourly.farFromNow();
  private final Instant from = hourly.last().minus(Duration.ofHours(4));

  @Inject HistoryPerJob historyPerJob;

  @Inject
  @DataSource("engine")
  AgroalDataSource database;

  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
    worker = app.workerLike().withCapacity(50).join();
  }

  @AfterEach
  void stopFiring() {
    app.asOperator().delete(app.path("/jobs/job"));
  }

  /** As if all that has ended had ended an hour ago. */
  private void forget() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement one = connection.createStatement()) {
      one.execute(
          "update instance_history set ended_at = now() - interval '1 hour' where job_id in (select"
              + " j.id from job j join app a on a.id = j.app_id where a.name = '"
              + app.name()
              + "')");
    }
    historyPerJob.enforce();
  }

  private Response backfill(Instant begin) {
    return app.asOperator()
        .body(
            "{\"from\":\"%s\",\"until\":\"%s\",\"overlap\":\"allow\"}"
                .formatted(begin, hourly.last()))
        .post(app.path("/jobs/job/backfills"));
  }

  @Test
  void refusesBackfillStartingBeforeDeletedRun() throws SQLException {
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"}," + hourly.trigger() + "}");
    assertThat(backfill(from).statusCode()).isEqualTo(202);
    worker.takeAll(5).forEach(worker::succeed);

    forget();

    Instant third = from.plus(Duration.ofHours(2));
    assertThat(app.instancesOf("job")).hasSize(2);
    Response refused = backfill(third);
    Refused.with(ErrorCode.INVALID, refused).at("from");
    assertThat(refused.as(Json.class).getString("detail"))
        .contains(third.toString(), "orrery.retention.history-per-job");
    assertThat(app.instancesOf("job")).hasSize(2);
    Response answer = backfill(third.plusSeconds(1));
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    assertThat(answer.as(Json.class).getInt("instances")).isZero();
  }

  @Test
  void neverFiresAgainForFireTimeOfDeletedRun() throws SQLException {
    app.withJob("job", EACH_SECOND);
    List<Instant> fired = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      if (n < 3) {
        app.fire("job");
      }
      Assignment taken = worker.take();
      fired.add(Instant.parse(taken.fireTime()));
      worker.succeed(taken);
    }

    forget();

    Assignment next = worker.take();
    assertThat(Instant.parse(next.fireTime())).isAfter(fired.get(3));
    worker.succeed(next);
    assertThat(app.instancesOf("job"))
        .extracting(one -> Instant.parse((String) one.get("fireTime")))
        .doesNotContain(fired.get(0), fired.get(1))
        .doesNotHaveDuplicates();
  }

  @Test
  void keepsIdempotencyKeyAfterDeletionOfRun() throws SQLException {
    app.withJob("job");
    String key = UUID.randomUUID().toString();
    String id = run(key).as(Json.class).getString("id");
    app.runTimes("job", 2);
    worker.takeAll(3).forEach(worker::succeed);

    forget();

    assertThat(app.asViewer().get(TestApp.instancePath(id, "")).statusCode()).isEqualTo(404);
    Response again = run(key);
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.as(Json.class).getString("id")).isEqualTo(id);
    assertThat(worker.poll(10).attempts()).isEmpty();
    assertThat(app.instancesOf("job")).hasSize(2);
  }

  private Response run(String key) {
    return app.asOperator()
        .header("Idempotency-Key", key)
        .body("{}")
        .post(app.path("/jobs/job/instances"));
  }
}
