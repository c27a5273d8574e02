package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
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
import java.util.concurrent.TimeUnit;
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
  void answersOlderParkedPollWithEmptyResponseOnNewerPoll() throws Exception {
    TestWorker worker = app.worker();
    CompletableFuture<PollResponse> older = worker.park(1);
    CompletableFuture<PollResponse> newer = worker.park(1);

    assertThat(older.get(6, TimeUnit.SECONDS).attempts()).isEmpty();
    assertThat(newer).isNotDone();

    app.run("job");
    assertThat(TestClient.answerOf(newer).attempts()).hasSize(1);
  }

  @Test
  void answersStaleSequenceWithEmptyResponseImmediately() throws Exception {
    TestWorker worker = app.worker();
    TestClient.answerOf(worker.poll(7, 1, TestWorker.SHORT));
    app.run("job");

    for (long sequence : new long[] {6, 7}) {
      PollResponse answer = worker.poll(sequence, 1, TestWorker.LONG).get(6, TimeUnit.SECONDS);
      assertThat(answer.attempts()).isEmpty();
    }

    assertThat(TestClient.answerOf(worker.poll(8, 1, TestWorker.LONG)).attempts()).hasSize(1);
  }

  @Test
  void assignsNoMoreAttemptsThanFreeSlots() {
    app.runTimes("job", 5);
    TestWorker worker = app.worker();

    assertThat(worker.poll(0).attempts()).isEmpty();
    List<Assignment> two = worker.pollForWork(2).attempts();
    assertThat(two).hasSize(2);
    assertThat(worker.poll(0, TestWorker.refs(two)).attempts()).isEmpty();
    assertThat(worker.pollForWork(20, TestWorker.refs(two)).attempts()).hasSize(3);
  }

  @Test
  void assignsAtMostCapacityOfSession() {
    app.runTimes("job", 5);
    TestWorker worker = app.workerLike().withCapacity(3).join();

    assertThat(worker.pollForWork(500).attempts()).hasSize(3);
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
  void assignsNothingToDrainingWorker() {
    app.run("job");
    TestWorker worker = app.worker();

    PollResponse answer =
        worker
            .wire()
            .ask(
                WorkerOperation.POLL,
                new PollRequest(worker.session(), 1, 5, List.of(), 300, true));

    assertThat(answer.attempts()).isEmpty();
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
  void assignsEachInstanceToSingleWorker() {
    List<String> ids = app.runTimes("job", 40);
    List<TestWorker> workers = List.of(app.worker(), app.worker(), app.worker(), app.worker());

    List<CompletableFuture<List<Assignment>>> polling =
        workers.stream().map(worker -> ConcurrentCalls.start(() -> worker.takeAll(10))).toList();

    assertThat(polling.stream().flatMap(taken -> taken.join().stream()))
        .extracting(taken -> Long.toString(taken.instance()))
        .containsExactlyInAnyOrderElementsOf(ids);
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
