package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A poll response stays below the maximum message size. Attempts that do not fit follow with the
 * next poll.
 */
@QuarkusTest
class LargeResponseTest {

  @Test
  void keepsResponseBelow4MiBAndSendsRemainderInNextPolls() {
    TestApp app = TestApp.create();
    // A character with the largest size in JSON.
    String value = "\u0001".repeat(60_000);
    String large = TestClient.write(value);
    // A stored job document is smaller than the parameters of a run may be.
    String jobValue = value.substring(0, 40_000);
    app.withJob(
        "large",
        "{\"processor\":{\"type\":\"noop\"},\"parameters\":{\"of-the-job\":"
            + TestClient.write(jobValue)
            + "}}");
    int count = 12;
    for (int i = 0; i < count; i++) {
      app.run("large", "{\"parameters\":{\"of-the-run\":" + large + "}}");
    }
    TestWorker worker = app.workerLike().withCapacity(500).join();
    List<Assignment> taken = new ArrayList<>();

    while (taken.size() < count) {
      PollRequest poll =
          new PollRequest(
              worker.session(),
              taken.size() + 1,
              500,
              List.of(TestWorker.refs(taken)),
              TestWorker.LONG.toMillis(),
              false);
      String body =
          TestClient.answerOf(
                  worker.wire().post(WorkerOperation.POLL.path(), TestClient.write(poll)))
              .body();
      assertThat(body.getBytes(StandardCharsets.UTF_8).length)
          .isLessThanOrEqualTo(MessageLimits.MAX_MESSAGE_BYTES);
      List<Assignment> sent = TestClient.read(body, PollResponse.class).attempts();
      assertThat(sent).isNotEmpty();
      taken.addAll(sent);
    }

    assertThat(taken).extracting(Assignment::instance).doesNotHaveDuplicates();
    assertThat(taken).extracting(Assignment::attempt).containsOnly(1);
    assertThat(taken.get(count - 1).parameters())
        .containsEntry("of-the-job", jobValue)
        .containsEntry("of-the-run", value);
  }
}
