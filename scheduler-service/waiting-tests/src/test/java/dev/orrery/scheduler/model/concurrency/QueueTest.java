package dev.orrery.scheduler.model.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.testkit.LostHints;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Overlap policies under which fires wait for each other. */
@QuarkusTest
class QueueTest {
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
    worker = app.workerLike().withCapacity(50).join();
  }

  @AfterEach
  void stopFiring() {
    app.asOperator().delete(app.path("/jobs/job"));
  }

  private void job(String overlap, String more) {
    app.withJob(
        "job",
        "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT1H\"},\"overlap\":\"%s\"%s}"
            .formatted(overlap, more));
  }

  /** What the trigger starts while the worker waits for work: by a hint. */
  private Assignment takeFire() {
    CompletableFuture<PollResponse> parked = worker.park(1);
    fire(1);
    List<Assignment> taken = TestClient.answerOf(parked).attempts();
    assertThat(taken).hasSize(1);
    return taken.get(0);
  }

  /** Returns the fire times. */
  private List<Instant> fire(int times) {
    return Stream.generate(() -> app.fire("job")).limit(times).toList();
  }

  @Test
  void queuesFirstAndSkipsLaterFiresUnderQueueOne() {
    job("queue-one", "");
    Assignment first = takeFire();
    fire(3);

    List<Map<String, Object>> fires = oldestFirst();
    assertThat(fires).hasSize(4);
    assertThat(fires.get(1))
        .containsEntry("state", "WAITING")
        .containsEntry("waitingFor", "OVERLAP");
    assertThat(fires.subList(2, 4))
        .allSatisfy(
            fire ->
                assertThat(fire)
                    .containsEntry("state", "SKIPPED")
                    .containsEntry("endReason", "OVERLAP"));
    assertThat(worker.poll(10, first.ref()).attempts()).isEmpty();
    worker.succeed(first);

    Assignment second = worker.take();
    assertThat(second.fireTime()).isEqualTo(fires.get(1).get("fireTime"));
    worker.succeed(second);
  }

  @Test
  void runsQueuedFiresInFireTimeOrderUnderQueueAll() {
    job("queue-all", "");
    Assignment running = takeFire();

    for (Instant fireTime : fire(4)) {
      assertThat(worker.poll(10, running.ref()).attempts()).isEmpty();
      worker.succeed(running);
      running = worker.take();
      assertThat(Instant.parse(running.fireTime())).isEqualTo(fireTime);
    }
    worker.succeed(running);
  }

  @Test
  void startsNewestFireAfterCanceledFireUnderCancelRunning() throws Exception {
    job("cancel-running", "");
    Assignment first = takeFire();
    CompletableFuture<PollResponse> parked = worker.park(10, first.ref());

    fire(1);
    assertThat(parked.get(5, TimeUnit.SECONDS).cancels()).containsExactly(first.ref());
    fire(2);
    assertThat(worker.poll(10, first.ref()).attempts()).isEmpty();
    worker.fail(first, "stopped");

    Assignment newest = worker.take();
    List<Map<String, Object>> fires = oldestFirst();
    assertThat(fires.get(0))
        .containsEntry("state", "CANCELED")
        .containsEntry("endReason", "REPLACED");
    Map<String, Object> last = fires.get(fires.size() - 1);
    assertThat(last).containsEntry("id", Long.toString(newest.instance()));
    assertThat(fires.subList(1, fires.size() - 1))
        .isNotEmpty()
        .allSatisfy(
            fire ->
                assertThat(fire)
                    .containsEntry("state", "CANCELED")
                    .containsEntry("endReason", "REPLACED"));
    worker.succeed(newest);
  }

  private List<Map<String, Object>> oldestFirst() {
    return app.instancesOf("job").stream()
        .sorted(Comparator.comparing(one -> Long.parseLong((String) one.get("id"))))
        .toList();
  }
}
