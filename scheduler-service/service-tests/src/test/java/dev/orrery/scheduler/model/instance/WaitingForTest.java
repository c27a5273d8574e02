package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reasons why an instance waits, as the API shows them. */
@QuarkusTest
class WaitingForTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void reportsNoWorkerWithoutConnectedWorker() {
    TestApp.create().worker();

    assertThat(waitingFor(app.run("job"))).isEqualTo("NO_WORKER");
  }

  @Test
  void reportsNoWorkerAfterOnlyWorkerLeft() {
    app.worker().bye();

    assertThat(waitingFor(app.run("job"))).isEqualTo("NO_WORKER");
  }

  @Test
  void reportsNoMatchingWorkerWithoutProcessor() {
    app.withJob("script", "{\"processor\":{\"type\":\"shell\",\"script\":\"true\"}}");
    app.worker();

    assertThat(waitingFor(app.run("script"))).isEqualTo("NO_MATCHING_WORKER");
  }

  @Test
  void reportsNoMatchingWorkerWithoutTags() {
    app.withJob("tagged", "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"gpu\",\"eu\"]}");
    app.workerLike().tagged("gpu", "us").join();

    assertThat(waitingFor(app.run("tagged"))).isEqualTo("NO_MATCHING_WORKER");
  }

  @Test
  void reportsWaitForCapacityWhenMatchingWorkerIsFull() {
    app.run("job");
    TestWorker worker = app.workerLike().withCapacity(1).join();
    worker.take();

    assertThat(waitingFor(app.run("job"))).isEqualTo("CAPACITY");
  }

  @Test
  void reportsWaitForDispatchWhenMatchingWorkerHasFreeSlot() {
    app.worker();

    assertThat(waitingFor(app.run("job"))).isEqualTo("DISPATCH");
  }

  @Test
  void includesWaitReasonInInstanceList() {
    app.run("job");
    app.run("job", "{\"runAt\":\"2127-01-01T00:00:00Z\"}");

    assertThat(app.instancesOf("job"))
        .extracting(instance -> instance.get("waitingFor"))
        .containsExactly("DUE_TIME", "NO_WORKER");
  }

  private String waitingFor(String id) {
    return app.instance(id).getString("waitingFor");
  }

  @Test
  void countsWaitingInstancesOfAppByReason() {
    TestApp counted = TestApp.create().withJob("job");
    String first = counted.run("job");
    counted.run("job");
    counted.run("job", "{\"runAt\":\"2100-01-01T00:00:00Z\"}");

    Json counts = Json.of(counted.asViewer().get(counted.path("/waiting")), 200);

    assertThat(counts.getInt("total")).isEqualTo(3);
    assertThat(counts.getStrings("items.waitingFor")).containsExactly("NO_WORKER", "DUE_TIME");
    assertThat(counts.getString("items[0].oldest.id")).isEqualTo(first);
  }
}
