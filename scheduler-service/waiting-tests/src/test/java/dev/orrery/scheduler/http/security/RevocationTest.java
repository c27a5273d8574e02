package dev.orrery.scheduler.http.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.EventStream;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.RefusedOperation;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that polls, followed logs and console sessions end with their token. */
@QuarkusTest
class RevocationTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String SESSION = "/api/v1/session";

  @Inject OperationHandler akka;
  @Inject CallerWatch callers;

  private TestApp app;

  /** The ways in which a token ends. */
  private enum End {
    REVOKED,
    /** Another replica only writes the row. */
    REVOKED_ELSEWHERE,
    EXPIRED,
    APP_DELETED,
    APP_DELETED_ELSEWHERE;

    void of(TestApp app, TokenRole role) {
      switch (this) {
        case REVOKED ->
            app.asOperator()
                .delete(app.path("/tokens/" + app.tokenId(role)))
                .then()
                .statusCode(204);
        case REVOKED_ELSEWHERE -> update(app, role, "revoked_at = statement_timestamp()");
        case EXPIRED -> update(app, role, "expires_at = statement_timestamp()");
        case APP_DELETED ->
            Api.asAdmin().delete(app.path("?withContents=true")).then().statusCode(204);
        case APP_DELETED_ELSEWHERE ->
            assertThat(
                    TestDatabase.update(
                        "update app set deleted_at = statement_timestamp() where name = ?",
                        app.name()))
                .isOne();
        default -> throw new IllegalArgumentException(name());
      }
    }

    private static void update(TestApp app, TokenRole role, String change) {
      assertThat(
              TestDatabase.update(
                  "update token set " + change + " where hash = ?",
                  TokenHash.of(app.token(role)).bytes()))
          .isOne();
    }
  }

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @ParameterizedTest
  @EnumSource
  void endsWaitingPollWhenTokenEnds(End end) {
    TestWorker worker = app.worker();
    CompletableFuture<PollResponse> parked = worker.park(5);
    awaitWaiting(TokenRole.WORKER);

    end.of(app, TokenRole.WORKER);

    assertEndsInTime(parked);
    RefusedOperation.with(ErrorCode.UNAUTHENTICATED, () -> TestClient.answerOf(parked));
    RefusedOperation.with(ErrorCode.UNAUTHENTICATED, () -> worker.poll(5));
  }

  @ParameterizedTest
  @EnumSource(names = {"REVOKED", "REVOKED_ELSEWHERE", "EXPIRED"})
  void endsFollowedLogAndConsoleSessionWhenTokenEnds(End end) {
    TestWorker worker = app.worker();
    String id = app.run("job");
    Assignment assignment = worker.take();
    String cookie = signIn(app.token(TokenRole.VIEWER));
    try (EventStream byToken = EventStream.open(app.token(TokenRole.VIEWER), log(id));
        EventStream bySession = EventStream.openBy(cookie, log(id));
        EventStream other = EventStream.open(app.token(TokenRole.OPERATOR), log(id))) {

      end.of(app, TokenRole.VIEWER);

      byToken.awaitClosed(LIMIT);
      bySession.awaitClosed(LIMIT);
      Refused.with(ErrorCode.UNAUTHENTICATED, Api.as(app.token(TokenRole.VIEWER)).get(log(id)));
      Refused.with(ErrorCode.UNAUTHENTICATED, by(cookie));
      worker.succeed(assignment);
      assertThat(other.end()).isEqualTo("SUCCEEDED");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"APP_DELETED", "APP_DELETED_ELSEWHERE"})
  void endsFollowedLogAndConsoleSessionWhenAppIsDeleted(End end) {
    String id = app.run("job");
    String cookie = signIn(app.token(TokenRole.VIEWER));
    try (EventStream byToken = EventStream.open(app.token(TokenRole.VIEWER), log(id));
        EventStream bySession = EventStream.openBy(cookie, log(id))) {

      end.of(app, TokenRole.VIEWER);

      byToken.awaitClosed(LIMIT);
      bySession.awaitClosed(LIMIT);
      Refused.with(ErrorCode.UNAUTHENTICATED, Api.as(app.token(TokenRole.VIEWER)).get(log(id)));
      Refused.with(ErrorCode.UNAUTHENTICATED, by(cookie));
    }
  }

  @Test
  void endsFollowedLogWhenBrowserSignsOut() {
    String id = app.run("job");
    String cookie = signIn(app.token(TokenRole.VIEWER));
    String elsewhere = signIn(app.token(TokenRole.VIEWER));
    try (EventStream here = EventStream.openBy(cookie, log(id));
        EventStream other = EventStream.openBy(elsewhere, log(id))) {
      Api.withoutToken()
          .header("Cookie", cookie)
          .header("Sec-Fetch-Site", "same-origin")
          .delete(SESSION)
          .then()
          .statusCode(204);
      here.awaitClosed(Duration.ofSeconds(2));
      assertThat(other.isSilent()).isTrue();

      assertThat(
              TestDatabase.update(
                  "delete from console_session where hash = ?",
                  TokenHash.of(elsewhere.substring(elsewhere.indexOf('=') + 1)).bytes()))
          .as("a sign-out at another replica")
          .isOne();
      other.awaitClosed(LIMIT);
    }
  }

  @Test
  void keepsAdminTokenValidAfterSignOutOfConsoleSession() {
    String id = app.run("job");
    String cookie = signIn(Api.adminToken());
    try (EventStream byToken = EventStream.open(Api.adminToken(), log(id));
        EventStream bySession = EventStream.openBy(cookie, log(id))) {
      Api.withoutToken()
          .header("Cookie", cookie)
          .header("Sec-Fetch-Site", "same-origin")
          .delete(SESSION)
          .then()
          .statusCode(204);

      bySession.awaitClosed(LIMIT);
      assertThat(byToken.isSilent()).isTrue();
    }
  }

  @Test
  void assignsNoRunToWorkerWithRevokedToken() {
    TestWorker revoked = app.workerLike().named("revoked").join();
    CompletableFuture<PollResponse> parked = revoked.park(5);
    String first = app.run("job");
    Assignment held = TestClient.answerOf(parked).attempts().get(0);
    CompletableFuture<PollResponse> next = revoked.park(5, held.ref());
    awaitWaiting(TokenRole.WORKER);

    End.REVOKED.of(app, TokenRole.WORKER);
    String second = app.run("job");

    RefusedOperation.with(ErrorCode.UNAUTHENTICATED, () -> TestClient.answerOf(next));
    RefusedOperation.with(ErrorCode.UNAUTHENTICATED, () -> revoked.report(held, Outcome.SUCCEEDED));
    assertThat(app.state(first))
        .as("keeps its session until the lease is over")
        .isEqualTo("RUNNING");
    assertThat(app.attemptStates(second)).as("was not claimed and lost").isEmpty();
    app.useNewToken(TokenRole.WORKER);
    TestWorker valid = app.workerLike().named("valid").join();
    Assignment taken = valid.take();
    assertThat(taken.instance()).isEqualTo(Long.parseLong(second));
    assertThat(taken.attempt()).isEqualTo(1);
    valid.succeed(taken);
  }

  @Test
  void handsBackClaimInFlightAtRevocation() throws Exception {
    TestWorker revoked = app.worker();
    String id = app.run("job");
    CompletableFuture<PollResponse> parked;
    try (Connection other = TestDatabase.connect()) {
      other.setAutoCommit(false);
      int process =
          TestDatabase.process(
              other,
              "select pg_backend_pid() from worker_session where id = ?::uuid for update",
              revoked.session());
      parked = revoked.park(5);
      awaitWaiting(TokenRole.WORKER);
      // A renewal may wait as well.
      TestApp.eventually().until(() -> TestDatabase.isWaitedFor(process, "with asked"));

      End.REVOKED.of(app, TokenRole.WORKER);
      assertEndsInTime(parked);
      other.rollback();
    }

    RefusedOperation.with(ErrorCode.UNAUTHENTICATED, () -> TestClient.answerOf(parked));
    app.useNewToken(TokenRole.WORKER);
    TestWorker valid = app.worker();
    Assignment taken = valid.take();
    assertThat(taken.instance()).isEqualTo(Long.parseLong(id));
    assertThat(taken.attempt()).as("the first one was given back").isEqualTo(2);
    assertThat(app.attemptStates(id)).containsExactly("HANDED_BACK", "RUNNING");
    assertThat(app.attempts(id).getString("items[0].error"))
        .contains("its token was revoked or has expired");
    valid.succeed(taken);
  }

  @Test
  void keepsPollsOfRemainingTokensOfApp() {
    TestWorker revoked = app.worker();
    CompletableFuture<PollResponse> ended = revoked.park(0);
    awaitWaiting(TokenRole.WORKER);
    String revokedId = app.tokenId(TokenRole.WORKER);
    app.useNewToken(TokenRole.WORKER);
    TestWorker valid = app.worker();
    CompletableFuture<PollResponse> parked = valid.park(1);

    app.asOperator().delete(app.path("/tokens/" + revokedId)).then().statusCode(204);

    RefusedOperation.with(ErrorCode.UNAUTHENTICATED, () -> TestClient.answerOf(ended));
    app.run("job");
    valid.succeed(TestClient.answerOf(parked).attempts().get(0));
  }

  @Test
  void endsPollAtExpiryOfItsToken() {
    Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS);
    Response created =
        app.asOperator()
            .body("{\"role\":\"worker\",\"expiresAt\":\"" + tomorrow + "\"}")
            .post(app.path("/tokens"));
    app.useToken(TokenRole.WORKER, created.jsonPath().getString("token"));
    TestWorker worker = app.worker();
    CompletableFuture<PollResponse> parked = worker.park(5);
    awaitWaiting(TokenRole.WORKER);
    Instant expiry = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.MILLIS);
    End.update(app, TokenRole.WORKER, "expires_at = '" + expiry + "'");

    ProblemDetail refusal =
        RefusedOperation.with(ErrorCode.UNAUTHENTICATED, () -> TestClient.answerOf(parked));

    assertThat(refusal.detail()).contains("expired at " + expiry);
    assertThat(Instant.now()).isBetween(expiry, expiry.plus(LIMIT));
  }

  @Test
  void endsAkkaPollWhenTokenIsRevoked() throws Exception {
    TestWorker worker = app.worker();
    CompletableFuture<OperationResponse> parked = pollOverAkka(worker);
    awaitWaiting(TokenRole.WORKER);

    End.REVOKED.of(app, TokenRole.WORKER);
    String id = app.run("job");

    OperationResponse answer = parked.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(answer.refused()).isTrue();
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("UNAUTHENTICATED");
    assertThat(app.attemptStates(id)).isEmpty();
  }

  private void awaitWaiting(TokenRole role) {
    TestApp.eventually().until(() -> callers.waiting(TokenHash.of(app.token(role))) == 1);
  }

  private static void assertEndsInTime(CompletableFuture<?> answer) {
    assertThat(answer.handle((done, failure) -> true)).succeedsWithin(LIMIT);
  }

  private CompletableFuture<OperationResponse> pollOverAkka(TestWorker worker) {
    String poll =
        TestClient.write(new PollRequest(worker.session(), 1, 5, List.of(), 8_000, false));
    return akka.handle(
            new OperationRequest(
                WorkerOperation.POLL.path(),
                app.token(TokenRole.WORKER),
                poll.getBytes(StandardCharsets.UTF_8)),
            "192.0.2.7",
            gone -> {})
        .toCompletableFuture();
  }

  private static String log(String id) {
    return TestApp.instancePath(id, "/logs?follow=true");
  }

  private static String signIn(String token) {
    String cookie =
        Api.withoutToken()
            .body("{\"token\":\"" + token + "\"}")
            .post(SESSION)
            .then()
            .statusCode(200)
            .extract()
            .cookie("orrery_session");
    return "orrery_session=" + cookie;
  }

  private static Response by(String cookie) {
    return Api.withoutToken().header("Cookie", cookie).get(SESSION);
  }
}
