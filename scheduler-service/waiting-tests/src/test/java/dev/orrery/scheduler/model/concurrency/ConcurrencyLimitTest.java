package dev.orrery.scheduler.model.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.LostHints;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
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

  private long states(String state) {
    return app.instancesOf("job").stream()
        .map((Map<String, Object> one) -> one.get("state"))
        .filter(state::equals)
        .count();
  }
}
