package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.testkit.RefusedOperation;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestWorker;
import dev.orrery.scheduler.testkit.WakeUps;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PollTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void answersParkedPollWithin200MillisecondsOfSubmission() {
    TestWorker worker = app.worker();
    WakeUps wakings = new WakeUps();

    for (int i = 0; i < WakeUps.TIMES; i++) {
      PollResponse answer = wakings.time(worker.park(1), () -> app.run("job"));
      worker.succeed(answer.attempts().get(0));
    }

    wakings.assertAtOnce();
  }

  @Test
  void answersPollWithEmptyResponseAndRemainingLeaseAfterTimeout() {
    TestWorker worker = app.worker();
    long sentAt = System.nanoTime();

    PollResponse answer = TestClient.answerOf(worker.poll(1, 5, Duration.ofMillis(300)));

    assertThat(Duration.ofNanos(System.nanoTime() - sentAt))
        .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
    assertThat(answer.attempts()).isEmpty();
    assertThat(answer.cancels()).isEmpty();
    assertThat(answer.drain()).isFalse();
    assertThat(answer.leaseRemainingMillis()).isBetween(20_000L, 30_000L);
  }

  @Test
  void assignsFiveHundredAttemptsInSinglePoll() {
    app.runTimes("job", 510);
    TestWorker worker = app.workerLike().withCapacity(500).join();

    List<Assignment> taken = worker.pollForWork(500).attempts();

    assertThat(taken).hasSize(500).doesNotHaveDuplicates();
    assertThat(worker.poll(0, TestWorker.refs(taken)).attempts()).isEmpty();
    worker.report(taken.stream().map(TestWorker::success).toArray(AttemptReport[]::new));
    assertThat(worker.pollForWork(500).attempts()).hasSize(10);
  }

  @Test
  void spreadsFewInstancesOverWaitingWorkers() {
    TestWorker one = app.worker();
    TestWorker other = app.worker();
    one.poll(0);
    other.poll(0);
    CompletableFuture<PollResponse> first = one.park(20);
    CompletableFuture<PollResponse> second = other.park(20);

    app.runTimes("job", 2);
    app.runTimes("job", 2);

    assertThat(TestClient.answerOf(first).attempts()).isNotEmpty();
    assertThat(TestClient.answerOf(second).attempts()).isNotEmpty();
  }

  @Test
  void refusesPollOfUnknownSession() {
    TestClient wire = new TestClient(app.token(TokenRole.WORKER));

    for (String session : new String[] {UUID.randomUUID().toString(), "none", "", null}) {
      RefusedOperation.with(
          ErrorCode.SESSION_GONE,
          () ->
              wire.ask(
                  WorkerOperation.POLL, new PollRequest(session, 1, 1, List.of(), 100, false)));
    }
  }

  @Test
  void refusesPollOfSessionOfAnotherApp() {
    TestWorker theirs = TestApp.create().worker();
    TestClient wire = new TestClient(app.token(TokenRole.WORKER));

    RefusedOperation.with(
        ErrorCode.SESSION_GONE,
        () ->
            wire.ask(
                WorkerOperation.POLL,
                new PollRequest(theirs.session(), 1, 1, List.of(), 100, false)));
  }

  @Test
  void assignsNoInstancesOfAnotherApp() {
    TestApp.create().withJob("job").run("job");

    assertThat(app.worker().poll(5).attempts()).isEmpty();
  }
}
