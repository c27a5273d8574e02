package dev.orrery.scheduler.engine.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.EventStream;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs as server-sent events. */
@QuarkusTest
class FollowTest {
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
  void streamsNewLinesThenEndEvent() {
    worker.logs(chunk(0, "before"));
    try (EventStream log = follow("")) {
      EventStream.Event first = log.next();
      assertThat(first.id()).isEqualTo("1-0");
      assertThat(first.json().path("text").asText()).isEqualTo("before");
      assertThat(first.json().path("attempt").asInt()).isEqualTo(1);
      assertThat(first.json().path("sequence").asInt()).isZero();
      assertThat(first.json().path("stream").asText()).isEqualTo("stdout");
      assertThat(first.json().path("at").asText()).endsWith("Z");

      worker.logs(chunk(1, "while", "it – ü"));
      assertThat(log.texts(2)).containsExactly("while", "it – ü");

      worker.logs(chunk(3, "last"));
      worker.report(attempt, Outcome.SUCCEEDED);
      assertThat(log.texts(1)).containsExactly("last");
      assertThat(log.end()).isEqualTo("SUCCEEDED");
    }
  }

  @Test
  void streamsCompleteLogOfEndedInstance() {
    List<String> written = IntStream.range(0, 3000).mapToObj(n -> "line " + n).toList();
    Chunk[] chunks =
        IntStream.range(0, 300)
            .map(n -> n * 10)
            .mapToObj(n -> chunk(n, written.subList(n, n + 10).toArray(String[]::new)))
            .toArray(Chunk[]::new);
    worker.logs(chunks);
    worker.report(attempt, Outcome.SUCCEEDED);

    try (EventStream log = follow("")) {
      assertThat(log.texts(3000)).isEqualTo(written);
      assertThat(log.end()).isEqualTo("SUCCEEDED");
    }
  }

  @Test
  void resumesAfterLastSeenEventWithinChunk() {
    worker.logs(chunk(0, "a", "b", "c"));

    try (EventStream log = follow("after=1-0")) {
      assertThat(log.texts(2)).containsExactly("b", "c");
    }
    try (EventStream log = follow("after=1-0", "Last-Event-ID", "1-1")) {
      assertThat(log.texts(1)).containsExactly("c");
      worker.logs(chunk(3, "d"));
      assertThat(log.texts(1)).containsExactly("d");
    }
  }

  @Test
  void streamsAttemptsInOrder() {
    try (EventStream all = follow("");
        EventStream first = follow("attempt=1");
        EventStream second = follow("attempt=2")) {
      worker.logs(chunk(0, "first try"));
      worker.report(attempt, Outcome.FAILED);
      Assignment again = worker.take();
      worker.logs(new Chunk(again.instance(), 2, 0, lines("second try")));
      worker.succeed(again);

      assertThat(all.texts(2)).containsExactly("first try", "second try");
      assertThat(all.end()).isEqualTo("SUCCEEDED");
      assertThat(first.texts(1)).containsExactly("first try");
      first.next();
      assertThat(second.texts(1)).containsExactly("second try");
      assertThat(second.end()).isEqualTo("SUCCEEDED");
    }
  }

  @Test
  void delaysLinesAfterGapUntilGapIsFilled() {
    worker.logs(chunk(2, "c"));
    try (EventStream log = follow("")) {
      TestApp.eventually().during(Duration.ofMillis(1500)).until(log::isSilent);

      worker.logs(chunk(0, "a", "b"));

      assertThat(log.texts(3)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void skipsGapAfterAttemptEndsAndReportsIncompleteLog() {
    try (EventStream log = follow("")) {
      worker.logs(chunk(0, "a"));
      worker.logs(chunk(5, "f"));

      worker.report(new AttemptReport(attempt.instance(), 1, Outcome.SUCCEEDED, null, null, true));

      assertThat(log.texts(2)).containsExactly("a", "f");
      assertThat(log.next().json().path("text").asText()).startsWith("incomplete");
      assertThat(log.end()).isEqualTo("SUCCEEDED");
    }
  }

  @Test
  void streamsSameLinesToTwoFollowers() {
    try (EventStream one = follow("");
        EventStream other = follow("")) {
      for (int n = 0; n < 50; n++) {
        worker.logs(chunk(n, "line " + n));
      }

      assertThat(one.texts(50)).isEqualTo(other.texts(50)).startsWith("line 0");
    }
  }

  @Test
  void sendsEndEventForInstanceWithoutLines() {
    String waiting = app.run("job", "{\"runAt\":\"2099-01-01T00:00:00Z\"}");
    try (EventStream log =
        EventStream.open(
            app.token(TestApp.TokenRole.VIEWER),
            TestApp.instancePath(waiting, "/logs?follow=true"))) {
      app.cancel(waiting);

      assertThat(log.end()).isEqualTo("CANCELED");
    }
  }

  @Test
  void refusesUnauthorizedCallerWithoutEvents() {
    String path = TestApp.instancePath(id, "/logs?follow=true");
    Refused.with(ErrorCode.UNAUTHENTICATED, Api.withoutToken().get(path));
    Refused.with(ErrorCode.FORBIDDEN, Api.as(app.token(TestApp.TokenRole.WORKER)).get(path));
    Refused.with(
        ErrorCode.INSTANCE_NOT_FOUND,
        Api.as(TestApp.create().token(TestApp.TokenRole.VIEWER)).get(path));
    Refused.with(
        ErrorCode.INSTANCE_NOT_FOUND,
        app.asViewer().get(TestApp.instancePath("4711", "/logs?follow=true")));
  }

  @ParameterizedTest
  @CsvSource({
    "attempt,       attempt=0&follow=true",
    "after,         after=here&follow=true",
    "follow,        follow=yes",
    "follow,        follow=true&follow=false",
  })
  void refusesInvalidParameterAndNamesField(String field, String query) {
    Refused.with(ErrorCode.INVALID, app.asViewer().get(TestApp.instancePath(id, "/logs?" + query)))
        .at(field);
  }

  @Test
  void refusesInvalidLastEventId() {
    Refused.with(
            ErrorCode.INVALID,
            app.asViewer()
                .header("Last-Event-ID", "here")
                .get(TestApp.instancePath(id, "/logs?follow=true")))
        .at("Last-Event-ID");
  }

  private EventStream follow(String query, String... headers) {
    String path = TestApp.instancePath(id, "/logs?follow=true");
    return EventStream.open(
        app.token(TestApp.TokenRole.VIEWER), query.isEmpty() ? path : path + "&" + query, headers);
  }

  private Chunk chunk(int sequence, String... texts) {
    return new Chunk(attempt.instance(), attempt.attempt(), sequence, lines(texts));
  }

  private static List<Line> lines(String... texts) {
    return Arrays.stream(texts).map(text -> new Line(0, "stdout", text)).toList();
  }
}
