package dev.orrery.scheduler.model.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that what has run does not run again after its row was deleted from the history. */
@QuarkusTest
@TestProfile(ClusterAndShortHistory.class)
class DeletedHistoryTest {
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
}
