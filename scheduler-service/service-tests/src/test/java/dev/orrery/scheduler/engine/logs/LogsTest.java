package dev.orrery.scheduler.engine.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.LogsResponse.Accepted;
import dev.orrery.scheduler.testkit.EventStream;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.RefusedOperation;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class LogsTest {
  private static final int LINES_OF_A_QUARTER = 16;
  private static final String TRUNCATED = "truncated: an attempt writes at most 1 MiB";

  private TestApp app;
  private TestWorker worker;
  private String id;
  private AttemptRef attempt;

  @BeforeEach
  void takeAnAttempt() {
    app =
        TestApp.create()
            .withJob(
                "job",
                "{\"processor\":{\"type\":\"noop\"},\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0S\"}}");
    worker = app.worker();
    id = app.run("job");
    attempt = worker.take().ref();
  }

  @Test
  void returnsLogLinesInOrderWithStreamAndTime() {
    Instant before = Instant.now();
    worker.logs(
        new Chunk(
            attempt.instance(),
            1,
            0,
            List.of(
                new Line(60_000, "stdout", "hello – ü"),
                new Line(0, "stderr", ""),
                new Line(0, "orrery", "a\tb"))));

    Json log = log("");

    assertThat(log.getList("items.attempt")).containsExactly(1, 1, 1);
    assertThat(log.getList("items.sequence")).containsExactly(0, 1, 2);
    assertThat(log.getList("items.stream")).containsExactly("stdout", "stderr", "orrery");
    assertThat(log.getList("items.text")).containsExactly("hello – ü", "", "a\tb");
    assertThat(Duration.between(Instant.parse(log.getString("items[0].at")), before))
        .isBetween(Duration.ofSeconds(55), Duration.ofSeconds(65));
  }

  @Test
  void returnsEmptyPageWithCursorForRunWithoutLogLines() {
    String after = log("").getString("next");
    assertThat(log("").getList("items")).isEmpty();

    worker.logs(chunk(0, "first"));

    assertThat(texts("after=" + after)).containsExactly("first");
  }

  /** More calls than an app has places to follow logs. */
  @ParameterizedTest
  @ValueSource(strings = {"", "?follow=true"})
  void answersHeadRequestForLogWithoutFollowing(String query) {
    for (int n = 0; n < 60; n++) {
      Response head = app.asViewer().accept("*/*").head(TestApp.instancePath(id, "/logs" + query));

      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.contentType()).startsWith("application/json");
    }
    try (EventStream log =
        EventStream.open(
            app.token(TestApp.TokenRole.VIEWER), TestApp.instancePath(id, "/logs?follow=true"))) {
      worker.logs(chunk(0, "first"));
      assertThat(log.texts(1)).containsExactly("first");
    }
  }

  @Test
  void refusesLogRequestNotAcceptingJsonUnlessFollowing() {
    for (String accept : List.of("application/xml", "text/event-stream", "junk", "/", "a/b/c")) {
      Refused.with(
          ErrorCode.NOT_ACCEPTABLE,
          app.asViewer().header("Accept", accept).get(TestApp.instancePath(id, "/logs")));
    }
    for (String accept : List.of("*/*", "application/*", "text/html, application/json;q=0.1")) {
      assertThat(
              app.asViewer()
                  .header("Accept", accept)
                  .get(TestApp.instancePath(id, "/logs"))
                  .contentType())
          .startsWith("application/json");
    }
    try (EventStream log =
        EventStream.open(
            app.token(TestApp.TokenRole.VIEWER),
            TestApp.instancePath(id, "/logs?follow=true"),
            "Accept",
            "application/xml")) {
      worker.logs(chunk(0, "first"));
      assertThat(log.texts(1)).containsExactly("first");
    }
  }

  @Test
  void acknowledgesLogChunksUpToLastLine() {
    LogsResponse answer = worker.logs(chunk(0, "a", "b"), chunk(2, "c"));

    assertThat(answer.accepted()).containsExactly(new Accepted(attempt.instance(), 1, 2));
  }

  @Test
  void storesResentLogChunkOnce() {
    worker.logs(chunk(0, "a", "b"));

    LogsResponse again = worker.logs(chunk(0, "a", "b"), chunk(2, "c"));
    worker.logs(chunk(2, "c"), chunk(2, "c"));

    assertThat(again.accepted()).containsExactly(new Accepted(attempt.instance(), 1, 2));
    assertThat(texts("")).containsExactly("a", "b", "c");
  }

  @Test
  void returnsLogLinesReceivedOutOfOrderInSequence() {
    worker.logs(chunk(2, "c"));
    worker.logs(chunk(0, "a", "b"));

    assertThat(texts("")).containsExactly("a", "b", "c");
  }

  @Test
  void pagesLogFromCursorWithinChunk() {
    worker.logs(chunk(0, "a", "b", "c"));

    assertThat(texts("after=1-0")).containsExactly("b", "c");
    assertThat(texts("after=1-2")).isEmpty();
    assertThat(texts("after=0-99")).containsExactly("a", "b", "c");
  }

  @Test
  void pagesThroughLongLogWithoutLosingLines() {
    List<String> written = IntStream.range(0, 250).mapToObj(n -> "line " + n).toList();
    worker.logs(IntStream.range(0, 250).mapToObj(n -> chunk(n, "line " + n)).toArray(Chunk[]::new));

    assertThat(textsOfAllPages("")).isEqualTo(written);
  }

  @Test
  void filtersLogLinesByAttempt() {
    worker.logs(chunk(0, "first try"));
    worker.report(attempt, Outcome.FAILED);
    Assignment second = worker.take();
    worker.logs(new Chunk(second.instance(), 2, 0, lines("second try")));
    worker.succeed(second);

    assertThat(texts("")).containsExactly("first try", "second try");
    assertThat(texts("attempt=1")).containsExactly("first try");
    assertThat(texts("attempt=2")).containsExactly("second try");
    assertThat(texts("attempt=3")).isEmpty();
    assertThat(log("attempt=2").getList("items.attempt")).containsExactly(2);
  }

  @Test
  void dropsLogLinesForAttemptOfAnotherSession() {
    TestWorker other = app.worker();

    LogsResponse answer = other.logs(chunk(0, "forged"));

    assertThat(answer.accepted()).containsExactly(new Accepted(attempt.instance(), 1, 0));
    assertThat(texts("")).isEmpty();
  }

  @Test
  void dropsLogLinesOfEndedAttempt() {
    worker.report(attempt, Outcome.SUCCEEDED);

    assertThat(worker.logs(chunk(0, "late")).accepted()).hasSize(1);
    assertThat(texts("")).isEmpty();
  }

  @Test
  void storesOwnLogLinesSentAlongsideLinesOfUnknownAttempt() {
    worker.logs(new Chunk(4711, 1, 0, lines("nobody's")), chunk(0, "own"));

    assertThat(texts("")).containsExactly("own");
  }

  @Test
  void marksLogIncompleteWhenWorkerLostLastLines() {
    worker.logs(chunk(0, "a"));

    worker.report(new AttemptReport(attempt.instance(), 1, Outcome.SUCCEEDED, null, null, true));

    assertThat(texts("")).hasSize(2).first().isEqualTo("a");
    assertThat(log("").getString("items[1].stream")).isEqualTo("orrery");
    assertThat(log("").getString("items[1].text")).contains("incomplete");
    assertThat(texts("after=" + log("").getString("next"))).isEmpty();
  }

  @Test
  void ignoresIncompleteLogFlagOfStaleReport() {
    app.worker()
        .report(new AttemptReport(attempt.instance(), 1, Outcome.SUCCEEDED, null, null, true));

    assertThat(texts("")).isEmpty();
  }

  @Test
  void truncatesLogOfAttemptAtSizeLimitWithNotice() {
    for (int n = 0; n < 6; n++) {
      assertThat(worker.logs(quarter(attempt, n)).accepted().get(0).upTo())
          .isEqualTo(LINES_OF_A_QUARTER * (n + 1) - 1);
    }

    assertThat(textsOfAllPages("")).hasSize(4 * LINES_OF_A_QUARTER + 1).last().isEqualTo(TRUNCATED);
  }

  @Test
  void limitsLogSizePerAttemptRatherThanPerRun() {
    for (int n = 0; n < 5; n++) {
      worker.logs(quarter(attempt, n));
    }
    worker.report(attempt, Outcome.FAILED);
    Assignment second = worker.take();

    for (int n = 0; n < 4; n++) {
      worker.logs(quarter(new AttemptRef(second.instance(), second.attempt()), n));
    }

    assertThat(textsOfAllPages("attempt=1&")).as("lines of the first attempt").endsWith(TRUNCATED);
    assertThat(textsOfAllPages("attempt=2&")).as("second attempt").hasSize(4 * LINES_OF_A_QUARTER);
  }

  /** A chunk of a quarter of what an attempt writes. */
  private static Chunk quarter(AttemptRef of, int n) {
    String text = "x".repeat(16 * 1024 - Line.weight("stdout", ""));
    return new Chunk(
        of.instance(),
        of.attempt(),
        LINES_OF_A_QUARTER * n,
        Collections.nCopies(LINES_OF_A_QUARTER, new Line(0, "stdout", text)));
  }

  @Test
  void replacesNulCharactersInLogLines() {
    worker.logs(chunk(0, "a\0b"));

    assertThat(texts("")).containsExactly("a\uFFFDb");
  }

  @Test
  void refusesLogChunkThatIsEmptyOrHasNegativeSequence() {
    Chunk empty = new Chunk(attempt.instance(), 1, 0, List.of());
    Chunk before = new Chunk(attempt.instance(), 1, -1, lines("a"));

    assertThat(fieldOfRefused(empty)).isEqualTo("chunks[1].lines");
    assertThat(fieldOfRefused(before)).isEqualTo("chunks[1].sequence");

    assertThat(texts("")).isEmpty();
  }

  private String fieldOfRefused(Chunk bad) {
    return RefusedOperation.with(ErrorCode.INVALID, () -> worker.logs(chunk(0, "a"), bad)).field();
  }

  @Test
  void accepts1000LogChunksInOneRequest() {
    LogsResponse answer =
        worker.logs(Collections.nCopies(1000, chunk(0, "same")).toArray(Chunk[]::new));

    assertThat(answer.accepted()).hasSize(1);
    assertThat(texts("")).containsExactly("same");
  }

  @ParameterizedTest
  @CsvSource({
    "attempt, attempt=0",
    "attempt, attempt=last",
    "after,   after=3",
    "after,   after=a-b",
    "after,   after=-1",
  })
  void refusesInvalidLogQueryParameter(String field, String query) {
    Refused.with(ErrorCode.INVALID, app.asViewer().get(TestApp.instancePath(id, "/logs?" + query)))
        .at(field);
  }

  private Chunk chunk(int sequence, String... texts) {
    return new Chunk(attempt.instance(), attempt.attempt(), sequence, lines(texts));
  }

  private static List<Line> lines(String... texts) {
    List<Line> lines = new ArrayList<>();
    for (String text : texts) {
      lines.add(new Line(0, "stdout", text));
    }
    return lines;
  }

  private Json log(String query) {
    String path = TestApp.instancePath(id, "/logs");
    return Json.of(app.asViewer().get(query.isEmpty() ? path : path + "?" + query), 200);
  }

  /** A page has at most 1 MiB, which is less than the log of an attempt. */
  private List<String> textsOfAllPages(String query) {
    List<String> read = new ArrayList<>();
    Json page = log(query + "after=0-0");
    while (!page.getList("items").isEmpty()) {
      read.addAll(page.getStrings("items.text"));
      page = log(query + "after=" + page.getString("next"));
    }
    return read;
  }

  private List<String> texts(String query) {
    return log(query).getStrings("items.text");
  }
}
