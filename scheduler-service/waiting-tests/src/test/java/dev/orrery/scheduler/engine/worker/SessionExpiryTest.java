package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.KeptAlive;
import dev.orrery.scheduler.testkit.RefusedOperation;
import dev.orrery.scheduler.testkit.ShortLease;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attempts of workers that send no renewal, and attempts that do not end. */
@QuarkusTest
@TestProfile(ShortLease.class)
class SessionExpiryTest {
  private static TestApp app;
  private static TestWorker heard;
  private static TestWorker silent;
  private static KeptAlive keptAlive;
  private static Assignment kept;
  private static Assignment lost;
  private static Overdue overdue;
  private static Overdue stubborn;
  private static Instant stubbornCanceledAfter;

  /** An attempt in an app of its own whose worker renews its session and does not end it. */
  private record Overdue(
      TestApp app,
      TestWorker worker,
      KeptAlive renewing,
      Assignment attempt,
      CompletableFuture<PollResponse> parked) {

    static Overdue of(String fields) {
      TestApp app =
          TestApp.create()
              .withJob("job", "{\"processor\":{\"type\":\"noop\"}%s}".formatted(fields));
      app.run("job");
      TestWorker worker = app.worker();
      KeptAlive renewing = new KeptAlive(worker);
      Assignment attempt = worker.take();
      return new Overdue(app, worker, renewing, attempt, worker.park(0, attempt.ref()));
    }

    String id() {
      return SessionExpiryTest.id(attempt);
    }
  }

  /**
   * All tests look at one and the same lease that ends: it takes three seconds, in which whatever
   * else must come to its end does. None of them changes what another one looks at.
   */
  @BeforeEach
  void letOneWorkerFallSilentOnce() {
    if (app != null) {
      return;
    }
    TestApp made = TestApp.create().withJob("job");
    heard = made.worker();
    keptAlive = new KeptAlive(heard);
    made.run("job");
    kept = heard.take();
    silent = made.workerLike().named("silent").join();
    try (KeptAlive preparing = new KeptAlive(silent)) {
      made.run("job");
      lost = silent.take();
      assertThat(preparing.isRunning()).isTrue();
    }
    overdue = Overdue.of(",\"timeout\":\"PT1S\"");
    stubborn = Overdue.of("");
    stubbornCanceledAfter = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    stubborn.app().cancel(stubborn.id());
    TestApp.eventually()
        .until(
            () ->
                !made.asViewer()
                    .get(Api.V1 + "/workers")
                    .as(Json.class)
                    .getList("items.name")
                    .contains("silent"));
    // Last: no test runs on what was made in part.
    app = made;
  }

  @AfterAll
  static void stopRenewing() {
    keptAlive.close();
    overdue.renewing().close();
    stubborn.renewing().close();
  }

  @Test
  void reassignsLostAttemptOnlyAfterLeaseExpiry() {
    Assignment again = heard.take(kept.ref());

    assertThat(again.instance()).isEqualTo(lost.instance());
    assertThat(again.attempt()).isEqualTo(2);
    Json attempts = app.attempts(id(again));
    assertThat(attempts.getList("items.state")).containsExactly("LOST", "RUNNING");
    assertThat(attempts.getList("items.worker")).containsExactly("silent", "test-worker");
    assertThat(Instant.parse(attempts.getString("items[0].endedAt")))
        .isAfterOrEqualTo(silent.agreement().serverTime().plusSeconds(3));
    assertThat(attempts.getString("items[0].error")).contains("lease");

    assertThat(silent.report(lost, Outcome.SUCCEEDED)).isEqualTo(Verdict.STALE);
    assertThat(app.state(id(again))).isEqualTo("RUNNING");

    heard.succeed(again);
    assertThat(app.state(id(again))).isEqualTo("SUCCEEDED");
    assertThat(silent.report(lost, Outcome.SUCCEEDED)).isEqualTo(Verdict.STALE);
  }

  @Test
  void answersSessionGoneForExpiredSession() {
    RefusedOperation.with(ErrorCode.SESSION_GONE, () -> silent.poll(1));
    RefusedOperation.with(ErrorCode.SESSION_GONE, () -> silent.renew(lost.ref()));
    RefusedOperation.with(ErrorCode.SESSION_GONE, () -> silent.logs());
    assertThat(silent.bye().ended()).isTrue();
  }

  @Test
  void keepsAttemptsOfRenewingWorker() {
    assertThat(app.state(id(kept))).isEqualTo("RUNNING");
    assertThat(heard.renew(kept.ref()).lost()).isEmpty();
    assertThat(app.attemptStates(id(kept))).containsExactly("RUNNING");
  }

  @Test
  void timesOutAttemptThatWorkerDoesNotEnd() {
    TestWorker worker = overdue.worker();
    Assignment taken = overdue.attempt();

    assertThat(taken.timeoutMillis()).isEqualTo(1000);
    assertThat(TestClient.answerOf(overdue.parked()).cancels()).containsExactly(taken.ref());
    Json ended = overdue.app().instance(overdue.id());
    assertThat(ended.getString("state")).isEqualTo("TIMED_OUT");
    assertThat(ended.getString("error")).isNotBlank();
    assertThat(Instant.parse(ended.getString("endedAt")))
        .isAfterOrEqualTo(Instant.parse(ended.getString("startedAt")).plusSeconds(1));
    assertThat(worker.report(taken, Outcome.SUCCEEDED)).isEqualTo(Verdict.STALE);
    assertThat(worker.renew(taken.ref()).lost()).containsExactly(taken.ref());
    assertThat(overdue.app().state(overdue.id())).isEqualTo("TIMED_OUT");
    assertThat(overdue.renewing().isRunning()).isTrue();
  }

  @Test
  void endsCanceledAttemptAfterGracePeriod() {
    TestApp own = stubborn.app();

    Json ended = own.awaitState(stubborn.id(), "CANCELED");

    assertThat(Instant.parse(ended.getString("endedAt")))
        .isAfterOrEqualTo(stubbornCanceledAfter.plusSeconds(1));
    assertThat(stubborn.worker().report(stubborn.attempt(), Outcome.SUCCEEDED))
        .isEqualTo(Verdict.STALE);
    assertThat(own.state(stubborn.id())).isEqualTo("CANCELED");
    assertThat(stubborn.renewing().isRunning()).isTrue();
  }

  private static String id(Assignment assignment) {
    return Long.toString(assignment.instance());
  }
}
