package dev.orrery.scheduler.model.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Progress, from the message of a worker to the response of the API. */
@QuarkusTest
class ProgressTest {
  @Inject ProgressStore store;
  @Inject AgroalDataSource database;
  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void start() {
    app =
        TestApp.create()
            .withJob(
                "job",
                "{\"processor\":{\"type\":\"noop\"},\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0S\"}}");
    worker = app.worker();
  }

  private static ProgressUpdate of(Assignment taken, int percent, String text) {
    return new ProgressUpdate(taken.instance(), taken.attempt(), percent, text);
  }

  private static void renew(TestWorker worker, ProgressUpdate... progress) {
    worker
        .wire()
        .ask(
            WorkerOperation.RENEW,
            new RenewRequest(worker.session(), List.of(), false, List.of(progress)));
  }

  private void awaitPercent(String id, int percent) {
    await()
        .untilAsserted(
            () -> assertThat(app.instance(id).getInt("progress.percent")).isEqualTo(percent));
  }

  /** Comes after what is not to be there, and through the same queue. */
  private void awaitWritten(TestWorker writer, AttemptRef... held) {
    String marker = app.run("job");
    Assignment taken = writer.take(held);
    renew(writer, of(taken, 77, null));
    awaitPercent(marker, 77);
    writer.succeed(taken);
  }

  @Test
  void showsNewestProgressSentWithLeaseRenewal() {
    String id = app.run("job");
    assertThat(app.instance(id).getString("progress")).isNull();
    Assignment taken = worker.take();

    Instant before = Instant.now().minusSeconds(5);
    renew(worker, of(taken, 40, "copying"));
    awaitPercent(id, 40);

    Json shown = app.instance(id);
    assertThat(shown.getString("progress.message")).isEqualTo("copying");
    assertThat(Instant.parse(shown.getString("progress.at"))).isAfter(before);
    renew(worker, of(taken, 41, null));
    awaitPercent(id, 41);
    assertThat(app.instance(id).getString("progress.message")).isNull();
  }

  @Test
  void storesProgressSentWithPoll() {
    String id = app.run("job");
    Assignment taken = worker.take();
    worker
        .wire()
        .ask(
            WorkerOperation.POLL,
            new PollRequest(
                worker.session(),
                worker.sequence() + 1,
                0,
                List.of(taken.ref()),
                100,
                false,
                List.of(of(taken, 12, "x"))));

    awaitPercent(id, 12);
  }

  @Test
  void listsProgressOfRunsAndNullWithoutProgress() {
    List<String> ids = app.runTimes("job", 2);
    List<Assignment> taken = worker.takeAll(2);
    Assignment first =
        taken.stream()
            .filter(one -> Long.toString(one.instance()).equals(ids.get(0)))
            .findFirst()
            .orElseThrow();
    renew(worker, of(first, 5, "one of two"));
    awaitPercent(ids.get(0), 5);

    Json list = app.asViewer().get(app.path("/instances")).as(Json.class);
    assertThat(list.getMaps("items"))
        .filteredOn(item -> item.get("progress") != null)
        .extracting(item -> item.get("id"))
        .containsExactly(ids.get(0));
  }

  @Test
  void ignoresProgressFromSessionNotHoldingAttempt() {
    String id = app.run("job");
    Assignment taken = worker.take();
    TestWorker other = app.worker();
    renew(other, of(taken, 90, "not mine"));
    renew(worker, new ProgressUpdate(taken.instance(), taken.attempt() + 1, 91, "no such attempt"));
    awaitWritten(other);
    awaitWritten(worker, taken.ref());

    assertThat(app.instance(id).getString("progress")).isNull();
  }

  @Test
  void startsNextAttemptWithoutProgress() {
    String id = app.run("job");
    Assignment first = worker.take();
    renew(worker, of(first, 40, null));
    awaitPercent(id, 40);
    worker.fail(first, "again");

    Assignment second = worker.take();
    assertThat(app.instance(id).getString("progress")).isNull();
    renew(worker, of(first, 99, "too late"));
    renew(worker, of(second, 1, null));
    awaitPercent(id, 1);
  }

  @Test
  void storesFinalProgressArrivingAfterEndOfRun() {
    String id = app.run("job");
    Assignment taken = worker.take();
    assertThat(worker.report(taken, Outcome.SUCCEEDED)).isNotNull();
    renew(worker, of(taken, 100, "done"));

    awaitPercent(id, 100);
    assertThat(app.instance(id).getString("state")).isEqualTo("SUCCEEDED");
  }

  @Test
  void prunesProgressOfOldEndedRunsOnly() throws SQLException {
    String ended = app.run("job");
    Assignment taken = worker.take();
    renew(worker, of(taken, 100, null));
    awaitPercent(ended, 100);
    worker.succeed(taken);
    String running = app.run("job");
    renew(worker, of(worker.take(), 50, null));
    awaitPercent(running, 50);

    store.prune(Duration.ofHours(1));
    assertThat(rows(ended)).isEqualTo(1);
    // Older than nothing at all: by then both are old.
    await()
        .untilAsserted(
            () -> {
              store.prune(Duration.ZERO);
              assertThat(rows(ended)).isZero();
            });
    assertThat(rows(running)).isEqualTo(1);
    assertThat(app.instance(ended).getString("progress")).isNull();
  }

  private int rows(String id) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("select count(*) from progress where instance_id = ?")) {
      statement.setLong(1, Long.parseLong(id));
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }
}
