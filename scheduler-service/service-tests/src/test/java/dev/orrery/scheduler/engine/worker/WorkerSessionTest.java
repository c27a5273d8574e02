package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.RefusedOperation;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestClient.RefusedException;
import dev.orrery.scheduler.testkit.TestWorker;
import dev.orrery.scheduler.testkit.WakeUps;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Renewal of a session, and its end by the worker. */
@QuarkusTest
class WorkerSessionTest {
  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
    worker = app.worker();
  }

  @Test
  void returnsRemainingLeaseOnRenewal() {
    RenewResponse answer = worker.renew();

    assertThat(Duration.ofMillis(answer.leaseRemainingMillis())).isEqualTo(Duration.ofSeconds(30));
    assertThat(answer.cancels()).isEmpty();
    assertThat(answer.lost()).isEmpty();
  }

  @Test
  void reportsAttemptsNotHeldBySessionAsLostOnRenewal() {
    app.runTimes("job", 2);
    List<Assignment> taken = worker.takeAll(2);
    worker.succeed(taken.get(0));
    AttemptRef unknown = new AttemptRef(4711, 1);
    AttemptRef later = new AttemptRef(taken.get(1).instance(), 2);

    RenewResponse answer = worker.renew(taken.get(0).ref(), taken.get(1).ref(), unknown, later);

    assertThat(answer.lost()).containsExactlyInAnyOrder(taken.get(0).ref(), unknown, later);
    assertThat(answer.cancels()).isEmpty();
  }

  @Test
  void showsHeldAttemptsAndDrainingAfterRenewal() {
    app.runTimes("job", 2);
    List<Assignment> taken = worker.takeAll(2);

    worker
        .wire()
        .ask(
            WorkerOperation.RENEW,
            new RenewRequest(worker.session(), List.of(TestWorker.refs(taken)), true));

    Json workers = app.asViewer().get(Api.V1 + "/workers").as(Json.class);
    assertThat(workers.getInt("items[0].held")).isEqualTo(2);
    assertThat(workers.getBoolean("items[0].draining")).isTrue();
  }

  @Test
  void assignsNoRunToDrainingSession() {
    worker.wire().ask(WorkerOperation.RENEW, new RenewRequest(worker.session(), List.of(), true));
    String id = app.run("job");

    assertThat(worker.poll(5).attempts()).isEmpty();
    assertThat(app.instance(id).getString("waitingFor")).isEqualTo("NO_MATCHING_WORKER");
  }

  @Test
  void reassignsHandedBackAttemptsWithoutUsingRetry() {
    TestWorker holder = worker;
    WakeUps wakings = new WakeUps();

    for (int i = 0; i < WakeUps.TIMES; i++) {
      List<String> ids = app.runTimes("job", 2);
      List<Assignment> held = holder.takeAll(2);
      TestWorker leaving = holder;
      AttemptRef[] handedBack = TestWorker.refs(held);
      TestWorker other = app.worker();
      PollResponse answer =
          wakings.time(other.park(5), () -> assertThat(leaving.bye(handedBack).ended()).isTrue());
      List<Assignment> taken = new ArrayList<>(answer.attempts());
      // A claim that was under way may have begun behind the first of them.
      taken.addAll(other.takeAll(2 - taken.size(), TestWorker.refs(taken)));
      assertThat(taken)
          .hasSize(2)
          .extracting(Assignment::attempt)
          .containsOnly(held.get(0).attempt() + 1);
      for (String id : ids) {
        assertThat(app.attempts(id).getStrings("items.state"))
            .containsExactly("HANDED_BACK", "RUNNING");
      }
      taken.forEach(other::succeed);
      holder = other;
    }

    wakings.assertAtOnce();
  }

  @Test
  void countsAttemptsOmittedFromByeAsLost() {
    app.withJob("once", "{\"processor\":{\"type\":\"noop\"},\"retry\":{\"maxWorkerLosses\":0}}");
    String lost = app.run("once");
    worker.take();
    String handedBack = app.run("once");
    Assignment kept =
        worker.pollForWork(5, new AttemptRef(Long.parseLong(lost), 1)).attempts().get(0);

    worker.bye(kept.ref());

    assertThat(app.instance(lost).getString("state")).isEqualTo("FAILED");
    assertThat(app.instance(lost).getString("endReason")).isEqualTo("WORKER_LOST");
    assertThat(app.instance(lost).getString("error")).contains("left");
    assertThat(app.instance(handedBack).getString("state")).isEqualTo("WAITING");
  }

  @Test
  void acceptsRepeatedBye() {
    worker.bye();

    assertThat(worker.bye().ended()).isTrue();
  }

  @Test
  void answersSessionGoneForEndedSessionExceptForReports() {
    app.run("job");
    Assignment taken = worker.take();
    worker.bye(taken.ref());

    RefusedOperation.with(ErrorCode.SESSION_GONE, () -> worker.poll(1));
    RefusedOperation.with(ErrorCode.SESSION_GONE, () -> worker.renew());
    RefusedOperation.with(ErrorCode.SESSION_GONE, () -> worker.logs());
    assertThat(worker.report(new AttemptRef(taken.instance(), 2), Outcome.SUCCEEDED))
        .isEqualTo(Verdict.STALE);
    assertThat(app.asViewer().get(Api.V1 + "/workers").as(Json.class).getList("items")).isEmpty();
  }

  @Test
  void answersSessionGoneToWaitingPollWhenSessionEnds() {
    CompletableFuture<PollResponse> parked = worker.park(1);

    worker.bye();

    assertThat(parked)
        .failsWithin(Duration.ofSeconds(6))
        .withThrowableThat()
        .withCauseInstanceOf(RefusedException.class)
        .withMessageContaining("SESSION_GONE");
  }

  @Test
  void answersSessionGoneForUnknownOrForeignSession() {
    TestWorker theirs = TestApp.create().worker();
    TestClient wire = new TestClient(app.token(TokenRole.WORKER));

    for (String session : new String[] {UUID.randomUUID().toString(), theirs.session(), "x"}) {
      RefusedOperation.with(
          ErrorCode.SESSION_GONE,
          () -> wire.ask(WorkerOperation.RENEW, new RenewRequest(session, List.of(), false)));
      RefusedOperation.with(
          ErrorCode.SESSION_GONE,
          () -> wire.ask(WorkerOperation.BYE, new ByeRequest(session, List.of())));
      RefusedOperation.with(
          ErrorCode.SESSION_GONE,
          () -> wire.ask(WorkerOperation.LOGS, new LogsRequest(session, List.of())));
    }

    assertThat(theirs.renew().lost()).isEmpty();
  }
}
