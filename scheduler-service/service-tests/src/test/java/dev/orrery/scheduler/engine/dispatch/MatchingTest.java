package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestWorker;
import dev.orrery.scheduler.testkit.WakeUps;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks which instances a worker gets, and in which order. */
@QuarkusTest
class MatchingTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void requiresAllTagsOfJob() {
    app.withJob("tagged", job("\"requiredTags\":[\"gpu\",\"eu\"]"));
    app.run("tagged");

    assertThat(app.worker().poll(1).attempts()).isEmpty();
    assertThat(app.workerLike().tagged("gpu").join().poll(1).attempts()).isEmpty();
    assertThat(app.workerLike().tagged("gpu", "us").join().poll(1).attempts()).isEmpty();
    assertThat(app.workerLike().tagged("large", "eu", "gpu").join().take().job())
        .isEqualTo("tagged");
  }

  @Test
  void assignsUntaggedJobsToTaggedWorker() {
    app.withJob("plain");
    app.run("plain");

    assertThat(app.workerLike().tagged("gpu").join().take().job()).isEqualTo("plain");
  }

  @Test
  void requiresProcessorOfJob() {
    app.withJob("script", "{\"processor\":{\"type\":\"shell\",\"script\":\"true\"}}");
    app.run("script");

    assertThat(app.worker().poll(1).attempts()).isEmpty();
    assertThat(app.workerLike().running().join().poll(1).attempts()).isEmpty();
    assertThat(app.workerLike().running("noop", "shell").join().take().job()).isEqualTo("script");
  }

  @Test
  void appliesEditedTagsOnlyToInstancesSubmittedLater() {
    app.withJob("job");
    app.run("job");
    app.withJob("job", job("\"requiredTags\":[\"gpu\"]"));
    app.run("job");
    TestWorker plain = app.worker();

    assertThat(plain.take().jobVersion()).isEqualTo(1);
    assertThat(app.workerLike().tagged("gpu").join().take().jobVersion()).isEqualTo(2);
  }

  @Test
  void assignsHigherPriorityThenEarlierDueTimeFirst() {
    app.withJob("low", job("\"priority\":0"))
        .withJob("middle")
        .withJob("high", job("\"priority\":9"));
    app.run("low");
    app.run("middle", "{\"parameters\":{\"n\":\"1\"}}");
    app.run("high");
    app.run("middle", "{\"parameters\":{\"n\":\"2\"}}");
    TestWorker worker = app.worker();

    List<Assignment> taken = List.of(take(worker), take(worker), take(worker), take(worker));

    assertThat(taken)
        .extracting(Assignment::job)
        .containsExactly("high", "middle", "middle", "low");
    assertThat(taken)
        .extracting(assignment -> assignment.parameters().get("n"))
        .containsExactly(null, "1", "2", null);
  }

  @Test
  void claimsNewPriorityOfKnownLaneImmediately() {
    app.withJob("job", job("\"priority\":9"));
    app.run("job");
    TestWorker worker = app.worker();
    worker.succeed(worker.take());
    WakeUps wakings = new WakeUps();

    for (int i = 0; i < WakeUps.TIMES; i++) {
      int priority = i;
      PollResponse answer =
          wakings.time(
              worker.park(1), () -> app.withJob("job", job("\"priority\":" + priority)).run("job"));
      assertThat(answer.attempts()).as("with priority " + priority).hasSize(1);
      worker.succeed(answer.attempts().get(0));
    }

    wakings.assertAtOnce();
  }

  @Test
  void deliversInstanceOfNewLaneToParkedPoll() {
    TestWorker worker = app.workerLike().tagged("new").join();
    var parked = worker.park(1);

    app.withJob("first", job("\"requiredTags\":[\"new\"]"));
    app.run("first");

    assertThat(TestClient.answerOf(parked).attempts())
        .extracting(Assignment::job)
        .containsExactly("first");
  }

  private static Assignment take(TestWorker worker) {
    Assignment taken = worker.take();
    worker.succeed(taken);
    return taken;
  }

  private static String job(String member) {
    return "{\"processor\":{\"type\":\"noop\"}," + member + "}";
  }
}
