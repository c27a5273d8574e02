package dev.orrery.scheduler.model.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.LostHints;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs with a concurrency limit. */
@QuarkusTest
class ConcurrencyLimitTest {
  private static LostHints before;

  private TestApp app;
  private TestWorker worker;

  @BeforeAll
  static void countInstancesUnblockedLate() {
    before = LostHints.untilNow();
  }

  @AfterAll
  static void noHintWasLost() {
    before.assertNoMore();
  }

  @BeforeEach
  void createApp() {
    app = TestApp.create();
    worker = app.workerLike().withCapacity(100).join();
  }

  private void job(String fields) {
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"}" + fields + "}");
  }

  @Test
  void limitsConcurrentRunsToJobConcurrency() {
    job(",\"concurrency\":3");
    app.runTimes("job", 10);
    List<Assignment> held = worker.takeAll(3);

    for (int ended = 0; ended < 7; ended++) {
      assertThat(states("RUNNING")).isEqualTo(3);
      assertThat(worker.poll(50, TestWorker.refs(held)).attempts()).isEmpty();
      worker.succeed(held.remove(0));
      held.add(worker.take(TestWorker.refs(held)));
    }
    held.forEach(worker::succeed);

    TestApp.eventually().until(() -> states("SUCCEEDED") == 10);
  }

  @Test
  void freesSlotOnFailureCancelAndBackoffButNotOnWorkerLoss() {
    job(",\"concurrency\":1,\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT1H\"}");
    String backingOff = app.run("job");
    String next = app.run("job");
    worker.fail(worker.take(), "first attempt");
    app.awaitWaitingFor(backingOff, "BACKOFF");

    Assignment second = worker.take();
    assertThat(second.instance()).isEqualTo(Long.parseLong(next));
    worker.bye();
    TestWorker other = app.workerLike().join();
    String third = app.run("job");
    Assignment again = other.take();
    assertThat(again.instance()).isEqualTo(Long.parseLong(next));
    assertThat(app.instance(third).getString("waitingFor")).isEqualTo("CONCURRENCY");
    other.succeed(again);
    Assignment last = other.take();
    assertThat(last.instance()).isEqualTo(Long.parseLong(third));

    app.cancel(backingOff);
    other.succeed(last);
    app.awaitState(third, "SUCCEEDED");
  }

  @Test
  void unblocksAllInstancesWhenLimitIsRemoved() {
    job(",\"concurrency\":1");
    app.runTimes("job", 10);
    Assignment first = worker.take();

    job("");

    assertThat(worker.pollForWork(50, first.ref()).attempts()).hasSize(9);
  }

  @Test
  void blocksUnstartedInstancesWhenLimitIsAdded() {
    job("");
    app.runTimes("job", 10);
    List<Assignment> running = new ArrayList<>(worker.takeAll(4));

    job(",\"concurrency\":2");

    assertThat(worker.poll(50, TestWorker.refs(running)).attempts()).isEmpty();
    worker.succeed(running.remove(0));
    worker.succeed(running.remove(0));
    assertThat(worker.poll(50, TestWorker.refs(running)).attempts()).isEmpty();
    worker.succeed(running.remove(0));
    running.add(worker.take(TestWorker.refs(running)));
    assertThat(states("RUNNING")).isEqualTo(2);
    while (!running.isEmpty()) {
      worker.succeed(running.remove(0));
      if (states("WAITING") > 0) {
        running.add(worker.take(TestWorker.refs(running)));
      }
    }
    TestApp.eventually().until(() -> states("SUCCEEDED") == 10);
  }

  private long states(String state) {
    return app.instancesOf("job").stream()
        .map((Map<String, Object> one) -> one.get("state"))
        .filter(state::equals)
        .count();
  }
}
