package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redelivery of attempts whose poll response was lost. */
@QuarkusTest
class RedeliveryTest {
  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
    worker = app.worker();
  }

  @Test
  void resendsAttemptNotReportedAsHeldInNextPoll() {
    String id = app.run("job", "{\"parameters\":{\"day\":\"monday\"}}");
    Assignment lost = worker.take();

    Assignment again = worker.take();

    assertThat(again).isEqualTo(lost);
    assertThat(app.instance(id).getInt("attempt")).isEqualTo(1);
    worker.succeed(again);
    assertThat(app.state(id)).isEqualTo("SUCCEEDED");
  }

  @Test
  void redeliversLostAttemptBeforeNewWork() {
    app.run("job");
    Assignment lost = worker.take();
    app.run("job");

    List<Assignment> first = worker.pollForWork(5).attempts();
    List<Assignment> second = worker.pollForWork(5, lost.ref()).attempts();

    assertThat(first).containsExactly(lost);
    assertThat(second).hasSize(1).doesNotContain(lost);
  }

  @Test
  void deductsElapsedTimeFromTimeoutOfRedeliveredAttempt() {
    app.withJob("timed", "{\"processor\":{\"type\":\"noop\"},\"timeout\":\"PT1M\"}");
    app.run("timed");

    Assignment lost = worker.take();
    Assignment again = worker.take();

    assertThat(lost.timeoutMillis()).isEqualTo(60_000);
    assertThat(again.timeoutMillis()).isBetween(50_000L, 60_000L);
  }
}
