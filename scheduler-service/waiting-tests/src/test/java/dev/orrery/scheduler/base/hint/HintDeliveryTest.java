package dev.orrery.scheduler.base.hint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.engine.fire.DueWorkLoop;
import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestWorker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that a hint delivers every instance that becomes ready to a parked poll at once. Periodic
 * queries run only once a minute here, so a lost hint makes its test fail. The grace after the
 * start lasts three minutes, so no attempt times out here; {@code DispatcherTest} and {@code
 * DueWorkLoopTest} test the hint of a time-out.
 */
@QuarkusTest
@TestProfile(RareQueries.class)
class HintDeliveryTest {
  @Inject
  @DataSource("engine")
  AgroalDataSource database;

  @Inject DueWorkLoop loop;

  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    removeDueTimesOfOtherTests();
    app = TestApp.create().withJob("job");
    worker = app.worker();
  }

  @AfterEach
  void stopFiring() {
    app.asOperator().delete(app.path("/jobs/job"));
  }

  /**
   * Due times of other tests would start the due-work query, which finds what a lost hint hides.
   */
  private void removeDueTimesOfOtherTests() {
    sql("update trigger set next_fire_at = null where next_fire_at is not null");
    sql("update instance set due_at = due_at + interval '1 day' where state = 0");
    sql("update instance set deadline_at = null where deadline_at is not null");
    sql("update worker_session set lease_until = now() + interval '1 day' where ended_at is null");
  }

  private void sql(String statement) {
    try (Connection connection = database.getConnection();
        Statement one = connection.createStatement()) {
      one.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void job(String fields) {
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"}," + fields + "}");
  }

  private Assignment take() {
    return TestWorker.takenAtOnce(worker.park(1));
  }

  /** Returns the attempt that the action makes ready. */
  private Assignment takenAfter(Runnable action, AttemptRef... held) {
    return takenAfter(worker, action, held);
  }

  private static Assignment takenAfter(TestWorker taker, Runnable action, AttemptRef... held) {
    // From here on the lane counts as empty.
    assertThat(taker.poll(1, held).attempts()).isEmpty();
    CompletableFuture<PollResponse> parked = taker.park(1, held);
    action.run();
    return TestWorker.takenAtOnce(parked);
  }

  @Test
  void leavesReadyRunUnclaimedWithoutHint() {
    String id = app.run("job", "{\"runAt\":\"%s\"}".formatted(Instant.now().plusSeconds(3600)));
    assertThat(worker.poll(1).attempts()).isEmpty();
    // A run of the loop for the job above, or for another test, finds ready instances, too.
    TestApp.eventually().until(() -> loop.sleepsLongerThan(TestWorker.AT_ONCE.multipliedBy(10)));

    sql("update instance set state = 1, due_at = now() where id = " + id);

    PollResponse answer =
        TestClient.answerOf(worker.poll(worker.sequence() + 1, 1, TestWorker.AT_ONCE));
    assertThat(answer.attempts()).isEmpty();
    assertThat(app.state(id)).isEqualTo("WAITING");
  }

  @Test
  void deliversManualRunByHint() {
    takenAfter(() -> app.run("job"));
  }

  @Test
  void deliversRunScheduledForLaterByHint() {
    takenAfter(() -> app.run("job", "{\"runAt\":\"%s\"}".formatted(Instant.now().plusMillis(300))));
  }

  @Test
  void deliversManualRetryByHint() {
    String id = app.run("job");
    worker.succeed(take());

    takenAfter(() -> app.tryRetry(id));
  }

  @Test
  void deliversBackfillFiresByHint() {
    Hourly hourly = Hourly.farFromNow();
    job(hourly.trigger());

    takenAfter(
        () ->
            app.asOperator()
                .body(
                    "{\"from\":\"%s\",\"until\":\"%s\"}"
                        .formatted(hourly.last().minusSeconds(10), hourly.last()))
                .post(app.path("/jobs/job/backfills"))
                .then()
                .statusCode(202));
  }

  @Test
  void deliversTriggerFireByHint() {
    takenAfter(() -> job("\"trigger\":{\"every\":\"PT1S\"}"));
  }

  @Test
  void deliversTriggerFireDelayedByJitterByHint() {
    takenAfter(() -> job("\"trigger\":{\"every\":\"PT1S\",\"jitter\":\"PT0.5S\"}"));
  }

  @Test
  void deliversFixedDelayFireByHintAfterRun() {
    job("\"trigger\":{\"delay\":\"PT1S\"}");
    Assignment first = take();

    takenAfter(() -> worker.succeed(first), first.ref());
  }

  @Test
  void deliversRetryWithoutBackoffByHint() {
    job("\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0S\"}");
    app.run("job");
    Assignment first = take();

    takenAfter(() -> worker.fail(first, "again"), first.ref());
  }

  @Test
  void deliversRetryByHintAfterBackoff() {
    job("\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0.3S\"}");
    app.run("job");
    Assignment first = take();

    takenAfter(() -> worker.fail(first, "later"), first.ref());
  }

  @Test
  void deliversAttemptReturnedByLeavingWorkerByHint() {
    app.run("job");
    Assignment held = take();

    takenAfter(app.worker(), () -> worker.bye(held.ref()));
  }

  @Test
  void redeliversRunByHintWhenWorkerLeaves() {
    app.run("job");
    take();

    takenAfter(app.worker(), worker::bye);
  }

  @Test
  void deliversBlockedRunByHintAfterSuccess() {
    job("\"concurrency\":1");
    app.runTimes("job", 2);
    Assignment first = take();

    takenAfter(() -> worker.succeed(first), first.ref());
  }

  @Test
  void deliversBlockedRunByHintAfterFailure() {
    job("\"concurrency\":1");
    app.runTimes("job", 2);
    Assignment first = take();

    takenAfter(() -> worker.fail(first, "no"), first.ref());
  }

  @Test
  void unblocksRunByHintAfterCancelOfReadyRun() {
    job("\"concurrency\":1,\"requiredTags\":[\"gpu\"]");
    String ready = app.run("job");
    String blocked = app.run("job");
    app.awaitWaitingFor(blocked, "CONCURRENCY");

    app.cancel(ready);

    TestApp.eventually()
        .atMost(TestWorker.LONG)
        .until(() -> app.instance(blocked).getString("waitingFor").equals("NO_MATCHING_WORKER"));
  }

  @Test
  void deliversBlockedRunByHintAfterRaisedLimit() {
    job("\"concurrency\":1");
    app.runTimes("job", 2);
    Assignment first = take();

    takenAfter(() -> job("\"concurrency\":2"), first.ref());
  }

  @Test
  void deliversRunOfResumedJobByHint() {
    post("/jobs/job/pause");
    app.run("job");

    takenAfter(() -> post("/jobs/job/resume"));
  }

  @Test
  void deliversRunOfResumedAppByHint() {
    post("/pause");
    app.run("job");

    takenAfter(() -> post("/resume"));
  }

  @Test
  void deliversRunOfNewLaneByHint() {
    TestWorker gpu = app.workerLike().tagged("gpu").join();

    takenAfter(
        gpu,
        () -> {
          job("\"requiredTags\":[\"gpu\"]");
          app.run("job");
        });
  }

  @Test
  void deliversRunOfNewPriorityInKnownLaneByHint() {
    Assignment first = takenAfter(() -> app.run("job"));

    takenAfter(
        () -> {
          job("\"priority\":7");
          app.run("job");
        },
        first.ref());
  }

  private void post(String path) {
    app.asOperator().post(app.path(path)).then().statusCode(200);
  }
}
