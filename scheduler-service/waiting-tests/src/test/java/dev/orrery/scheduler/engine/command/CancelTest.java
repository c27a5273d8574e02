package dev.orrery.scheduler.engine.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class CancelTest {
  private static final String RETRIED =
      "{\"processor\":{\"type\":\"noop\"},\"retry\":{\"maxAttempts\":5,\"backoff\":\"PT1H\"}}";

  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job", RETRIED);
    worker = app.worker();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20})
  void deliversCancelToParkedPollWithinOneSecond(int free) {
    List<Duration> times = new ArrayList<>();
    for (int time = 0; time < 3; time++) {
      String id = app.run("job");
      Assignment taken = worker.take();
      CompletableFuture<PollResponse> parked = worker.park(free, taken.ref());

      app.cancel(id);
      long canceledAt = System.nanoTime();
      PollResponse answer = TestClient.answerOf(parked);

      times.add(Duration.ofNanos(System.nanoTime() - canceledAt));
      assertThat(answer.cancels()).containsExactly(taken.ref());
      assertThat(answer.attempts()).isEmpty();
      assertThat(app.state(id)).isEqualTo("RUNNING");
      worker.report(taken, Outcome.CANCELED);
    }
    // A busy machine delays some.
    assertThat(Collections.min(times)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void deliversCancelWhileSessionStateIsUncertain() {
    String id = app.run("job");
    Assignment kept = worker.take();
    String other = app.run("job");
    worker.take(kept.ref());
    app.cancel(id);
    app.cancel(other);

    // The answer with the other attempt was lost, so this poll does not name it.
    PollResponse answer = worker.pollForWork(1, kept.ref());

    assertThat(answer.cancels()).containsExactly(kept.ref());
    assertThat(answer.attempts()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = "SUCCEEDED", mode = Mode.EXCLUDE)
  void endsCanceledWithoutRetryForAnyOutcomeExceptSuccess(Outcome outcome) {
    String id = app.run("job");
    Assignment taken = worker.take();
    app.cancel(id);

    assertThat(worker.report(taken, outcome)).isEqualTo(Verdict.ACCEPTED);

    requireCanceled(id);
    assertThat(app.attempts(id).getList("items")).hasSize(1);
    assertThat(worker.poll(1).attempts()).isEmpty();
  }

  @Test
  void endsCanceledWhenWorkerLeavesAfterCancelRequest() {
    String id = app.run("job");
    Assignment taken = worker.take();
    app.cancel(id);

    worker.bye(taken.ref());

    requireCanceled(id);
  }

  @Test
  void refusesCancelOfEndedInstance() {
    String succeeded = app.run("job");
    worker.succeed(worker.take());
    String canceled = app.run("job");
    app.cancel(canceled);

    Refused.with(ErrorCode.ALREADY_TERMINAL, app.tryCancel(succeeded)).saying(succeeded);
    Refused.with(ErrorCode.ALREADY_TERMINAL, app.tryCancel(canceled));

    assertThat(app.state(succeeded)).isEqualTo("SUCCEEDED");
  }

  @Test
  void deliversCancelOnlyToTheOwningSession() {
    TestWorker other = app.worker();
    String id = app.run("job");
    Assignment taken = worker.take();
    CompletableFuture<PollResponse> parked = other.poll(1, 0, Duration.ofMillis(400), taken.ref());

    app.cancel(id);

    assertThat(TestClient.answerOf(parked).cancels()).isEmpty();
    assertThat(worker.pollForWork(0, taken.ref()).cancels()).containsExactly(taken.ref());
  }

  private void requireCanceled(String id) {
    Json instance = app.instance(id);
    assertThat(instance.getString("state")).isEqualTo("CANCELED");
    assertThat(instance.getString("endReason")).isEqualTo("CANCELED");
    assertThat(instance.getString("endedAt")).isNotNull();
  }
}
