package dev.orrery.scheduler.engine.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backfills of fire times in the past. */
@QuarkusTest
class BackfillTest {
  private final Hourly hourly = Hourly.farFromNow();

  /** Five fire times lie in this span. */
  private final Instant from = hourly.last().minus(Duration.ofHours(4));

  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
    worker = app.workerLike().withCapacity(50).join();
    job(hourly.trigger());
  }

  @AfterEach
  void stopFiring() {
    app.asOperator().delete(app.path("/jobs/job"));
  }

  private void job(String fields) {
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"}," + fields + "}");
  }

  private Response start(String body) {
    return app.asOperator().body(body).post(app.path("/jobs/job/backfills"));
  }

  private Json started(String overlap) {
    Response answer =
        start(
            "{\"from\":\"%s\",\"until\":\"%s\",\"overlap\":\"%s\"}"
                .formatted(from, hourly.last(), overlap));
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    Json backfill = answer.as(Json.class);
    assertThat(answer.header("Location"))
        .isEqualTo(app.path("/jobs/job/backfills/" + backfill.getString("id")));
    return backfill;
  }

  @Test
  void startsOneBackfillForRepeatedIdempotencyKey() {
    String fields = "\"until\":\"" + hourly.last() + "\",\"overlap\":\"allow\"";
    Json first = keyed("{\"from\":\"" + from + "\"," + fields + "}").as(Json.class);
    Json again = keyed("{" + fields + ",\"from\":\"" + from + "\"}").as(Json.class);

    assertThat(again.getString("id")).isEqualTo(first.getString("id"));
    assertThat(again.getInt("instances")).isEqualTo(first.getInt("instances")).isPositive();
    Refused.with(
            ErrorCode.INVALID, keyed("{\"from\":\"" + from.plusSeconds(1) + "\"," + fields + "}"))
        .at("Idempotency-Key");
  }

  private Response keyed(String body) {
    return app.asOperator()
        .header("Idempotency-Key", "night-1")
        .body(body)
        .post(app.path("/jobs/job/backfills"));
  }

  private Json show(String id) {
    return app.asViewer().get(app.path("/jobs/job/backfills/" + id)).as(Json.class);
  }

  @Test
  void runsFireTimesSequentiallyWithQueueAll() {
    Json backfill = started("queue-all");

    assertThat(backfill.getInt("instances")).isEqualTo(5);
    List<Instant> ran = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Assignment taken = worker.take();
      assertThat(worker.poll(10, taken.ref()).attempts()).isEmpty();
      ran.add(Instant.parse(taken.fireTime()));
      worker.succeed(taken);
    }
    assertThat(ran).hasSize(5).isSorted().startsWith(from).endsWith(hourly.last());
    assertThat(show(backfill.getString("id")).getInt("states.SUCCEEDED")).isEqualTo(5);
  }

  @Test
  void runsBackfillWithinConcurrencyOfJob() {
    job(hourly.trigger() + ",\"concurrency\":2");
    started("allow");

    List<Assignment> two = worker.takeAll(2);

    assertThat(worker.poll(10, TestWorker.refs(two)).attempts()).isEmpty();
  }

  @Test
  void skipsFireTimesAlreadyRunOrQueued() {
    Json first = started("allow");
    worker.takeAll(5).subList(0, 3).forEach(worker::succeed);

    Json second = started("allow");

    assertThat(first.getInt("instances")).isEqualTo(5);
    assertThat(second.getInt("instances")).isZero();
    assertThat(second.getMap("states")).isEqualTo(Map.of());
    assertThat(app.instancesOf("job")).hasSize(5);
  }

  @Test
  void runsFireTimesThatTriggerSkipped() {
    job(
        hourly.trigger()
            + ",\"overlap\":\"skip\",\"misfire\":\"fire-all\",\"catchUpWindow\":\"P1D\"");
    TestDatabase.update(
        """
        update trigger t set next_fire_at = ?::timestamptz
        from job j join app a on a.id = j.app_id where t.job_id = j.id and a.name = ?
        """,
        from.toString(),
        app.name());
    Assignment first = worker.take();
    assertThat(app.instancesOf("job"))
        .filteredOn(one -> "SKIPPED".equals(one.get("state")))
        .hasSize(5);
    worker.succeed(first);

    Response answer = start("{\"from\":\"%s\",\"overlap\":\"allow\"}".formatted(first.fireTime()));

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    assertThat(answer.as(Json.class).getInt("instances")).isEqualTo(5);
    List<String> fireTimes =
        app.instancesOf("job").stream()
            .filter(one -> !"SKIPPED".equals(one.get("state")))
            .map(one -> (String) one.get("fireTime"))
            .toList();
    assertThat(fireTimes).contains(first.fireTime()).doesNotHaveDuplicates();
  }

  @Test
  void cancelsAllInstancesOfTheBackfill() {
    Json backfill = started("queue-all");
    Assignment running = worker.take();
    String other = app.run("job");

    Response canceled =
        app.asOperator()
            .post(app.path("/jobs/job/backfills/" + backfill.getString("id") + "/cancel"));

    assertThat(canceled.statusCode()).isEqualTo(202);
    assertThat(canceled.as(Json.class).getString("canceledAt")).isNotNull();
    assertThat(canceled.as(Json.class).getInt("states.CANCELED")).isEqualTo(4);
    assertThat(worker.pollForWork(0, running.ref()).cancels()).containsExactly(running.ref());
    worker.fail(running, "stopped");
    assertThat(show(backfill.getString("id")).getInt("states.CANCELED")).isEqualTo(5);
    assertThat(worker.take().instance()).isEqualTo(Long.parseLong(other));
  }

  @Test
  void leavesManualRunWaitingWhenBackfillIsCanceled() {
    Json backfill = started("allow");
    String api = app.run("job");

    app.asOperator().post(app.path("/jobs/job/backfills/" + backfill.getString("id") + "/cancel"));

    assertThat(app.state(api)).isEqualTo("WAITING");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                                  | from
          {"from":"%FROM","until":"2127-01-01T00:00:00Z"}                     | until
          {"from":"2126-01-01T00:00:00Z"}                                     | from
          {"from":"2020-01-01T00:00:00Z","until":"2020-02-01T00:00:00Z"}      | from
          {"from":"%FROM","overlap":"skip"}                                   | overlap
          {"from":"%FROM","to":"2027-01-01T00:00:00Z"}                        | to
          """)
  void refusesInvalidSpanOrOverlap(String body, String field) {
    Response answer = start(body.replace("%FROM", from.toString()));

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
    assertThat(answer.as(Json.class).getString("field")).isEqualTo(field);
    assertThat(app.instancesOf("job")).isEmpty();
  }

  @Test
  void refusesTooManyFireTimes() {
    job("\"trigger\":{\"cron\":\"* * * * * *\"},\"enabled\":false");

    Response answer =
        start("{\"from\":\"%s\"}".formatted(from.minus(Duration.ofHours(3)).minusSeconds(1)));

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
    assertThat(answer.as(Json.class).getString("field")).isEqualTo("until");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "trigger":{"delay":"PT1H","from":"2127-01-01T00:00:00Z"} | Job 'job' has a trigger 'delay'
          "priority":3 | Job 'job' has no trigger, so it has no fire times.
          """)
  void refusesJobWithoutPastFireTimesWithTheReason(String fields, String reason) {
    job(fields);

    Response answer = start("{\"from\":\"%s\"}".formatted(from));

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(422);
    assertThat(answer.as(Json.class).getString("field")).isEqualTo("job");
    assertThat(answer.as(Json.class).getString("detail")).contains(reason);
  }

  @Test
  void answersNotFoundForUnknownJobOrBackfill() {
    String body = "{\"from\":\"%s\"}".formatted(from);

    assertThat(app.asOperator().body(body).post(app.path("/jobs/none/backfills")).statusCode())
        .isEqualTo(404);
    assertThat(app.asViewer().get(app.path("/jobs/none/backfills")).statusCode()).isEqualTo(404);
    assertThat(app.asViewer().get(app.path("/jobs/job/backfills/999999")).statusCode())
        .isEqualTo(404);
    assertThat(app.asOperator().post(app.path("/jobs/job/backfills/999999/cancel")).statusCode())
        .isEqualTo(404);
  }
}
