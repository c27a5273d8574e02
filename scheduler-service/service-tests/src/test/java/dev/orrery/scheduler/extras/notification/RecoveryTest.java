package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import dev.orrery.testing.WebhookReceiver;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks which success counts as the recovery of a failing job. */
@QuarkusTest
class RecoveryTest {
  private static final int MANY = 101;

  @Inject Scheduler timers;

  private TestApp app;
  private TestWorker worker;
  private WebhookReceiver receiver;

  /** No look but those of the test: two at once could tell of a failure before the recovery. */
  @BeforeEach
  void start() {
    timers.pause();
    app = TestApp.create().withJob("job").withJob("marker").withJob("last");
    worker = app.worker();
    receiver = new WebhookReceiver();
    app.asOperator()
        .body("{\"url\":\"" + receiver.url() + "\"}")
        .put(app.path("/webhooks/ops"))
        .then()
        .statusCode(201);
  }

  @AfterEach
  void stop() {
    timers.resume();
    app.asOperator().delete(app.path("/webhooks/ops"));
    receiver.close();
  }

  private void fail(String job) {
    app.run(job);
    worker.fail(worker.take(), job);
  }

  /**
   * Ends many instances of the job at once, all of them canceled but one, which has succeeded.
   *
   * @param place of that one, from 1 on, in the order of the ids
   * @return the id of that one
   */
  private String endMany(int place) {
    TestDatabase.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        select new_instance_id(), j.id, j.version_id, statement_timestamp(), statement_timestamp(),
          1, case when n = ? then ? else ? end, 5, true
        from job j join app a on a.id = j.app_id, generate_series(1, ?) n
        where a.name = ? and j.name = 'job'
        order by n
        """,
        place,
        InstanceState.SUCCEEDED.code(),
        InstanceState.CANCELED.code(),
        MANY + 1,
        app.name());
    List<Map<String, Object>> succeeded =
        app.asViewer().get(app.path("/instances?state=SUCCEEDED")).as(Json.class).getMaps("items");
    assertThat(succeeded).hasSize(1);
    return (String) succeeded.get(0).get("id");
  }

  /**
   * Waits until an evaluation has looked for recoveries since the call, whether or not it has found
   * one: it takes what has failed first and looks for recoveries then, so by the time that the
   * second failure is told it has looked since the first.
   */
  private void awaitEvaluation() {
    for (String marker : List.of("marker", "last")) {
      fail(marker);
      awaitTold("failed " + marker);
    }
  }

  private void awaitTold(String message) {
    TestApp.eventually()
        .until(
            () -> {
              ManualNotificationLoop.now();
              return told().contains(message);
            });
  }

  private List<String> told() {
    return receiver.received().stream()
        .map(message -> message.event() + " " + message.json().path("job").asText())
        .toList();
  }

  private void requireRecovery(String instance) {
    awaitEvaluation();
    assertThat(told())
        .containsExactlyInAnyOrder("failed job", "recovered job", "failed marker", "failed last");
    assertThat(receiver.received())
        .filteredOn(message -> message.event().equals("recovered"))
        .extracting(message -> message.json().path("instance").asText())
        .containsExactly(instance);
  }

  @Test
  void sendsNoRecoveryForSuccessBeforeFailure() {
    app.run("job");
    worker.succeed(worker.take());

    fail("job");
    awaitTold("failed job");

    awaitEvaluation();
    assertThat(told()).containsExactly("failed job", "failed marker", "failed last");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MANY + 1})
  void findsRecoveryAmongManyCanceledRuns(int place) {
    fail("job");
    awaitTold("failed job");

    requireRecovery(endMany(place));
  }

  @Test
  void sendsRecoveryForRunStartedBeforeFailureButSucceedingLater() {
    String older = app.run("job");
    Assignment taken = worker.take();
    app.run("job");
    worker.fail(worker.take(taken.ref()), "no");
    awaitTold("failed job");

    worker.succeed(taken);

    requireRecovery(older);
  }
}
