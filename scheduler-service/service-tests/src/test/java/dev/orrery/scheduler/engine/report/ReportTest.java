package dev.orrery.scheduler.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.RefusedOperation;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import dev.orrery.scheduler.testkit.WakeUps;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ReportTest {
  private static final String RETRIED =
      "{\"processor\":{\"type\":\"noop\"},\"retry\":{\"maxAttempts\":3,\"backoff\":\"PT0.2S\"}}";

  private TestApp app;
  private TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job").withJob("retried", RETRIED);
    worker = app.worker();
  }

  @Test
  void acceptsReportOnceAndRecognizesRepetition() {
    String id = app.run("job");
    Assignment taken = worker.take();

    assertThat(worker.report(taken, Outcome.SUCCEEDED)).isEqualTo(Verdict.ACCEPTED);
    assertThat(worker.report(taken, Outcome.SUCCEEDED)).isEqualTo(Verdict.ALREADY_ACCEPTED);
    assertThat(worker.report(taken, Outcome.FAILED)).isEqualTo(Verdict.ALREADY_ACCEPTED);
    assertThat(app.state(id)).isEqualTo("SUCCEEDED");
  }

  @Test
  void answersStaleToReportOfWrongAttempt() {
    String id = app.run("job");
    AttemptRef taken = worker.take().ref();

    for (AttemptRef other :
        List.of(
            new AttemptRef(taken.instance(), 2),
            new AttemptRef(taken.instance(), 0),
            new AttemptRef(taken.instance() + 1, 1),
            new AttemptRef(4711, 1))) {
      assertThat(worker.report(other, Outcome.SUCCEEDED)).isEqualTo(Verdict.STALE);
      assertThat(worker.report(other, Outcome.FAILED)).isEqualTo(Verdict.STALE);
    }

    assertThat(app.state(id)).isEqualTo("RUNNING");
  }

  @Test
  void answersStaleToEndedSessionWhileAnotherSessionRunsAttempt() {
    String id = app.run("job");
    Assignment first = worker.take();
    worker.bye(first.ref());
    TestWorker other = app.worker();
    Assignment second = other.take();

    assertThat(worker.report(first, Outcome.SUCCEEDED)).isEqualTo(Verdict.ALREADY_ACCEPTED);
    assertThat(worker.report(second, Outcome.SUCCEEDED)).isEqualTo(Verdict.STALE);

    assertThat(app.state(id)).isEqualTo("RUNNING");
    other.succeed(second);
    assertThat(app.attemptStates(id)).containsExactly("HANDED_BACK", "SUCCEEDED");
  }

  @Test
  void refusesReportFromAnotherApp() {
    app.run("job");
    Assignment taken = worker.take();
    TestApp theirs = TestApp.create();

    assertThat(theirs.worker().report(taken, Outcome.SUCCEEDED)).isEqualTo(Verdict.STALE);
    RefusedOperation.with(
        ErrorCode.SESSION_GONE,
        () ->
            new TestClient(theirs.token(TokenRole.WORKER))
                .ask(
                    WorkerOperation.REPORT,
                    new ReportRequest(worker.session(), List.of(TestWorker.success(taken)))));
    assertThat(app.state(Long.toString(taken.instance()))).isEqualTo("RUNNING");
  }

  @Test
  void judgesEachReportOfRequestSeparately() {
    app.runTimes("job", 3);
    List<Assignment> taken = worker.takeAll(3);
    worker.succeed(taken.get(0));

    List<Verdict> verdicts =
        worker.report(
            TestWorker.success(taken.get(0)),
            new AttemptReport(1, 1, Outcome.SUCCEEDED, null, null, null),
            TestWorker.success(taken.get(1)),
            report(taken.get(2), Outcome.FAILED, null, "no"),
            TestWorker.success(taken.get(1)));

    assertThat(verdicts)
        .containsExactly(
            Verdict.ALREADY_ACCEPTED,
            Verdict.STALE,
            Verdict.ACCEPTED,
            Verdict.ACCEPTED,
            Verdict.ACCEPTED);
    assertThat(app.state(Long.toString(taken.get(2).instance()))).isEqualTo("FAILED");
  }

  @Test
  void distinguishesAttemptsOfSameRunWithinRequest() {
    app.runTimes("job", 2);
    List<AttemptRef> taken = worker.takeAll(2).stream().map(Assignment::ref).toList();

    List<Verdict> verdicts =
        worker.report(
            attempt(taken.get(0), 1),
            attempt(taken.get(0), 2),
            attempt(taken.get(1), 0),
            attempt(taken.get(1), 1));

    assertThat(verdicts)
        .containsExactly(Verdict.ACCEPTED, Verdict.STALE, Verdict.STALE, Verdict.ACCEPTED);
  }

  @ParameterizedTest
  @CsvSource({
    "FAILED, true, FAILED, NON_RETRYABLE",
    "FAILED, false, WAITING,",
    "TIMED_OUT, true, WAITING,"
  })
  void endsRetriesOnlyOnNonRetryableFailure(
      Outcome outcome, boolean nonRetryable, String state, String reason) {
    String id = app.run("retried");
    Assignment taken = worker.take();

    worker.report(
        new AttemptReport(
            taken.instance(), taken.attempt(), outcome, null, "bad input", null, 5L, nonRetryable));

    assertThat(app.state(id)).isEqualTo(state);
    assertThat(app.instance(id).getString("endReason")).isEqualTo(reason);
  }

  private static AttemptReport attempt(AttemptRef of, int attempt) {
    return new AttemptReport(of.instance(), attempt, Outcome.SUCCEEDED, null, null, null);
  }

  @Test
  void appliesConcurrentIdenticalReportsOnce() {
    String id = app.run("retried");
    Assignment taken = worker.take();

    List<CompletableFuture<Verdict>> all =
        IntStream.range(0, 12)
            .mapToObj(n -> ConcurrentCalls.start(() -> worker.report(taken, Outcome.FAILED)))
            .toList();

    assertThat(all)
        .extracting(CompletableFuture::join)
        .contains(Verdict.ACCEPTED)
        .doesNotContain(Verdict.STALE);
    assertThat(app.attemptStates(id)).containsExactly("FAILED");
  }

  @Test
  void showsReportedResultAndError() {
    app.runTimes("job", 2);
    List<Assignment> taken = worker.takeAll(2);

    worker.report(
        report(taken.get(0), Outcome.SUCCEEDED, "exit 0 – ü", null),
        report(taken.get(1), Outcome.FAILED, null, "exit 1"));

    assertThat(instance(taken.get(0)).getString("result")).isEqualTo("exit 0 – ü");
    assertThat(instance(taken.get(0)).getString("error")).isNull();
    assertThat(instance(taken.get(1)).getString("error")).isEqualTo("exit 1");
  }

  @Test
  void truncatesLongResultAndErrorWithMarker() {
    app.runTimes("job", 2);
    List<Assignment> taken = worker.takeAll(2);
    String longText = "ü".repeat(50_000);

    worker.report(
        report(taken.get(0), Outcome.SUCCEEDED, longText, null),
        report(taken.get(1), Outcome.FAILED, longText, longText));

    requireCut(instance(taken.get(0)).getString("result"), 16 * 1024);
    requireCut(instance(taken.get(1)).getString("error"), 4 * 1024);
  }

  @Test
  void replacesNulCharactersInReportedResult() {
    app.run("job");
    Assignment taken = worker.take();

    worker.report(report(taken, Outcome.SUCCEEDED, "a\0b", null));

    assertThat(instance(taken).getString("result")).isEqualTo("a\uFFFDb");
  }

  @Test
  void retriesFailedRunWithDoublingBackoffUntilMaxAttempts() {
    String id = app.run("retried");

    worker.fail(worker.take(), "first");
    worker.fail(worker.take(), "second");
    Assignment third = worker.take();
    worker.fail(third, "third");

    assertThat(third.attempt()).isEqualTo(3);
    Json failed = app.instance(id);
    assertThat(failed.getString("state")).isEqualTo("FAILED");
    assertThat(failed.getString("error")).isEqualTo("third");
    Json attempts = app.attempts(id);
    assertThat(attempts.getList("items.attempt")).containsExactly(1, 2, 3);
    assertThat(attempts.getList("items.state")).containsExactly("FAILED", "FAILED", "FAILED");
    assertThat(attempts.getList("items.error")).containsExactly("first", "second", "third");
    assertThat(pauseBefore(attempts, 1)).isBetween(Duration.ofMillis(200), Duration.ofSeconds(4));
    assertThat(pauseBefore(attempts, 2)).isBetween(Duration.ofMillis(400), Duration.ofSeconds(4));
  }

  @Test
  void rerunsHandedBackAttemptImmediatelyWithoutUsingRetry() {
    WakeUps wakings = new WakeUps();

    for (int i = 0; i < WakeUps.TIMES; i++) {
      String id = app.run("job");
      Assignment handedBack = worker.take();
      PollResponse answer =
          wakings.time(
              worker.park(1, handedBack.ref()),
              () ->
                  assertThat(worker.report(handedBack, Outcome.HANDED_BACK))
                      .isEqualTo(Verdict.ACCEPTED));
      Assignment taken = answer.attempts().get(0);
      assertThat(taken.attempt()).isEqualTo(handedBack.attempt() + 1);
      worker.succeed(taken);
      assertThat(app.state(id)).isEqualTo("SUCCEEDED");
      assertThat(app.attemptStates(id)).containsExactly("HANDED_BACK", "SUCCEEDED");
    }

    wakings.assertAtOnce();
  }

  @Test
  void treatsUnknownOutcomeOfNewerWorkerAsFailure() {
    String id = app.run("job");
    Assignment taken = worker.take();

    String answer =
        TestClient.answerOf(
                worker
                    .wire()
                    .post(
                        WorkerOperation.REPORT.path(),
                        "{\"session\":\"%s\",\"reports\":[{\"instance\":\"%d\",\"attempt\":1,\"outcome\":\"VANISHED\"}]}"
                            .formatted(worker.session(), taken.instance())))
            .body();

    assertThat(answer).isEqualTo("{\"verdicts\":[\"ACCEPTED\"]}");
    assertThat(app.state(id)).isEqualTo("FAILED");
  }

  @Test
  void refusesMoreThan1000ReportsPerRequest() {
    AttemptReport stale = new AttemptReport(1, 1, Outcome.SUCCEEDED, null, null, null);

    assertThat(worker.report(Collections.nCopies(1000, stale).toArray(AttemptReport[]::new)))
        .hasSize(1000)
        .containsOnly(Verdict.STALE);
    assertThat(
            RefusedOperation.with(
                    ErrorCode.INVALID,
                    () ->
                        worker.report(
                            Collections.nCopies(1001, stale).toArray(AttemptReport[]::new)))
                .field())
        .isEqualTo("reports");
  }

  @Test
  void answersEmptyReportRequestWithoutVerdicts() {
    assertThat(worker.report()).isEmpty();
  }

  @Test
  void answersSessionGoneToReportOfUnknownSession() {
    RefusedOperation.with(
        ErrorCode.SESSION_GONE,
        () ->
            worker
                .wire()
                .ask(
                    WorkerOperation.REPORT,
                    new ReportRequest(UUID.randomUUID().toString(), List.of())));
  }

  @Test
  void storesReportedRunTimeWithEndedRun() {
    for (Outcome outcome : List.of(Outcome.SUCCEEDED, Outcome.FAILED)) {
      app.run("job");
      Assignment taken = worker.take();

      report(taken, outcome, 12_345L);

      assertThat(runMillis("instance_history", "id", taken)).isEqualTo("12345");
      assertThat(instance(taken).getInt("runMillis")).isEqualTo(12_345);
      assertThat(shownWithAttempt(taken)).isEqualTo(12_345);
    }
  }

  @Test
  void storesReportedRunTimeWithFailedAttempt() {
    app.run("retried");
    Assignment taken = worker.take();

    report(taken, Outcome.FAILED, 12_345L);

    assertThat(runMillis("attempt", "instance_id", taken)).isEqualTo("12345");
    assertThat(shownWithAttempt(taken)).isEqualTo(12_345);
    assertThat(instance(taken).node().path("runMillis").isNull())
        .as("not known before the end")
        .isTrue();
  }

  @Test
  void clampsReportedRunTimeAndAllowsAbsence() {
    Map<Long, String> kept = new HashMap<>();
    kept.put(null, null);
    kept.put(-1L, "0");
    kept.put(Long.MAX_VALUE, Long.toString(ReportLimits.MAX_RUN.toMillis()));
    kept.forEach(
        (runTime, stored) -> {
          app.run("job");
          Assignment taken = worker.take();

          report(taken, Outcome.SUCCEEDED, runTime);

          assertThat(runMillis("instance_history", "id", taken)).isEqualTo(stored);
        });
  }

  private int shownWithAttempt(Assignment assignment) {
    return app.attempts(Long.toString(assignment.instance())).getInt("items[0].runMillis");
  }

  private static String runMillis(String table, String key, Assignment assignment) {
    return TestDatabase.read(
        "select run_millis from " + table + " where " + key + " = ?", assignment.instance());
  }

  private void report(Assignment assignment, Outcome outcome, Long runTime) {
    assertThat(
            worker.report(
                new AttemptReport(
                    assignment.instance(),
                    assignment.attempt(),
                    outcome,
                    null,
                    null,
                    null,
                    runTime)))
        .containsExactly(Verdict.ACCEPTED);
  }

  private Json instance(Assignment assignment) {
    return app.instance(Long.toString(assignment.instance()));
  }

  private static AttemptReport report(
      Assignment assignment, Outcome outcome, String result, String error) {
    return new AttemptReport(
        assignment.instance(), assignment.attempt(), outcome, result, error, null);
  }

  private static Duration pauseBefore(Json attempts, int index) {
    return Duration.between(
        Instant.parse(attempts.getString("items[" + (index - 1) + "].endedAt")),
        Instant.parse(attempts.getString("items[" + index + "].startedAt")));
  }

  private static void requireCut(String text, int bytes) {
    assertThat(text)
        .matches("(?s).*\\(truncated(, \\d+ bytes)?\\)")
        .startsWith("üüü")
        .doesNotContain("\uFFFD");
    assertThat(text.getBytes(StandardCharsets.UTF_8).length).isBetween(bytes - 3, bytes);
  }
}
