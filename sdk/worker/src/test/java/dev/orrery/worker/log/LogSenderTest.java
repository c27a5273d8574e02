package dev.orrery.worker.log;

import static dev.orrery.worker.attempt.HeldAttemptAttempts.end;
import static dev.orrery.worker.attempt.HeldAttemptAttempts.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.LogsResponse.Accepted;
import dev.orrery.protocol.retry.Backoff;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.FakeProtocolClient;
import dev.orrery.worker.client.FakeProtocolClient.Asked;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.core.ManualEventLoop;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LogSenderTest {
  private static final URI ADDRESS = URI.create("http://one:10010");
  private static final Duration EVERY = Duration.ofMillis(300);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration ALL_LINES = Duration.ofSeconds(5);
  private static final Duration LAST_LINES = Duration.ofSeconds(25);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final FakeProtocolClient client = new FakeProtocolClient(loop);
  private final List<HeldAttempt> delivered = new ArrayList<>();
  private final LogSender sending =
      new LogSender(
          loop,
          client,
          () -> ADDRESS,
          new FailureBackoff(
              new Backoff(FIRST_RETRY.multipliedBy(2), Duration.ofSeconds(5)), () -> 0));

  LogSenderTest() {
    sending.setOnDelivered(delivered::add);
  }

  @Test
  void gathersLinesBrieflyWhileAttemptRuns() {
    HeldAttempt held = watched("one");
    loop.pass(EVERY.minusMillis(1));
    assertThat(client.isAsked(WorkerOperation.LOGS)).isFalse();
    held.log().add("stdout", "two");

    loop.pass(Duration.ofMillis(1));

    Asked<LogsRequest, LogsResponse> asked = client.take(WorkerOperation.LOGS);
    assertThat(asked.address()).isEqualTo(ADDRESS);
    assertThat(asked.request().session()).isEqualTo("s-1");
    assertThat(texts(asked)).containsExactly("one", "two");
  }

  @Test
  void sendsNewLinesOfRunningAttemptPeriodically() {
    HeldAttempt held = watched("one");
    loop.pass(EVERY);
    accept(client.take(WorkerOperation.LOGS));
    loop.pass(EVERY.multipliedBy(10));
    assertThat(client.isAsked(WorkerOperation.LOGS)).isFalse();

    held.log().add("stdout", "two");
    loop.pass(EVERY);

    assertThat(texts(client.take(WorkerOperation.LOGS))).containsExactly("two");
  }

  @Test
  void passesOnEndedAttemptWithoutPendingLinesImmediately() {
    HeldAttempt held = running("s-1", 1);
    end(held);

    sending.finish(held);

    assertThat(delivered).containsExactly(held);
    assertThat(client.isAsked(WorkerOperation.LOGS)).isFalse();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void deliversLastLinesBeforePassingOnEndedAttempt() {
    HeldAttempt held = ended("last words");

    sending.finish(held);
    loop.pass(Duration.ZERO);
    Asked<LogsRequest, LogsResponse> asked = client.take(WorkerOperation.LOGS);
    assertThat(delivered).isEmpty();
    accept(asked);

    assertThat(delivered).containsExactly(held);
    assertThat(held.logIncomplete()).isFalse();
    loop.pass(EVERY);
    assertThat(loop.timers()).isZero();
  }

  @Test
  void deliversManyChunksInConsecutiveRequests() {
    HeldAttempt held = running("s-1", 1);
    for (int i = 0; i < 400; i++) {
      held.log().add("stdout", "x".repeat(1000));
    }
    end(held);
    sending.finish(held);

    int requests = 0;
    while (delivered.isEmpty()) {
      loop.pass(Duration.ZERO);
      accept(client.take(WorkerOperation.LOGS));
      requests++;
    }

    assertThat(requests).isBetween(3, 4);
    assertThat(held.logIncomplete()).isFalse();
  }

  @Test
  void delaysReportThirtySecondsForLogWhileSchedulerAnswers() {
    HeldAttempt held = ended("last words");
    sending.finish(held);
    loop.pass(Duration.ZERO);
    acceptNothing();

    loop.pass(ALL_LINES.plus(LAST_LINES).minusMillis(1));
    assertThat(delivered).isEmpty();
    loop.pass(Duration.ofMillis(1));

    assertThat(delivered).containsExactly(held);
    assertThat(held.logIncomplete()).isTrue();
  }

  @Test
  void sendsOnlyLastLinesBeforeReportWhenLogTakesTooLong() {
    HeldAttempt held = running("s-1", 1);
    for (int i = 0; i < 900; i++) {
      held.log().add("stdout", i + " " + "x".repeat(995));
    }
    held.log().add("stderr", "LAST");
    end(held);
    sending.finish(held);
    loop.pass(Duration.ZERO);
    accept(client.take(WorkerOperation.LOGS));
    loop.pass(Duration.ZERO);
    Asked<LogsRequest, LogsResponse> slow = client.take(WorkerOperation.LOGS);
    loop.pass(ALL_LINES);
    accept(slow);
    loop.pass(Duration.ZERO);

    List<String> texts = acceptAll();

    assertThat(held.logIncomplete()).isFalse();
    List<String> notes = texts.stream().filter(text -> text.startsWith("truncated: ")).toList();
    assertThat(notes).singleElement().asString().endsWith("sending them took too long");
    assertThat(texts).last().isEqualTo("LAST");
    List<String> after = texts.subList(texts.indexOf(notes.get(0)) + 1, texts.size());
    assertThat(after).hasSizeBetween(60, 66);
  }

  @Test
  void passesOnAttemptOnceWhenLogAnswerIsLate() {
    HeldAttempt held = ended("last words");
    sending.finish(held);
    loop.pass(Duration.ZERO);
    acceptNothing();
    loop.pass(FIRST_RETRY);
    Asked<LogsRequest, LogsResponse> late = client.take(WorkerOperation.LOGS);
    loop.pass(ALL_LINES.plus(LAST_LINES));

    accept(late);

    assertThat(delivered).containsExactly(held);
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"UNREACHABLE", "UNAVAILABLE"})
  void keepsLinesInOrderThroughOneMinuteOutage(ErrorCode outage) {
    HeldAttempt held = running("s-1", 1);
    for (int i = 0; i < 10_000; i++) {
      held.log().add("stdout", "line " + i);
    }
    end(held);
    sending.finish(held);
    for (int second = 0; second < 60; second++) {
      loop.pass(Duration.ofSeconds(1));
      while (client.isAsked(WorkerOperation.LOGS)) {
        client.take(WorkerOperation.LOGS).refuse(outage);
      }
    }
    assertThat(delivered).isEmpty();

    loop.pass(Duration.ofSeconds(5));
    List<String> texts = acceptAll();

    assertThat(held.logIncomplete()).isFalse();
    assertThat(texts).isEqualTo(IntStream.range(0, 10_000).mapToObj(i -> "line " + i).toList());
  }

  @Test
  void restartsWaitForLogAfterOutage() {
    HeldAttempt held = ended("last words");
    sending.finish(held);
    loop.pass(Duration.ZERO);
    acceptNothing();
    loop.pass(FIRST_RETRY);
    client.take(WorkerOperation.LOGS).lose();
    loop.pass(ALL_LINES.plus(LAST_LINES));
    assertThat(delivered).isEmpty();

    acceptNothing();
    loop.pass(ALL_LINES.plus(LAST_LINES).minusMillis(1));
    assertThat(delivered).isEmpty();
    loop.pass(Duration.ofMillis(1));

    assertThat(delivered).containsExactly(held);
  }

  private HeldAttempt watched(String line) {
    HeldAttempt held = running("s-1", 1);
    held.log().add("stdout", line);
    sending.watch(held);
    return held;
  }

  private HeldAttempt ended(String line) {
    HeldAttempt held = running("s-1", 1);
    held.log().add("stdout", line);
    end(held);
    return held;
  }

  /** Accepts all lines of the only attempt, which has ended, and returns their texts. */
  private List<String> acceptAll() {
    List<String> texts = new ArrayList<>();
    while (delivered.isEmpty()) {
      Asked<LogsRequest, LogsResponse> asked = client.take(WorkerOperation.LOGS);
      texts.addAll(texts(asked));
      accept(asked);
      loop.pass(Duration.ZERO);
    }
    return texts;
  }

  private void acceptNothing() {
    client.take(WorkerOperation.LOGS).answer(new LogsResponse(List.of()));
  }

  @Test
  void resendsSameChunkWhenAnswerIsLost() {
    HeldAttempt held = watched("one");
    loop.pass(EVERY);
    Asked<LogsRequest, LogsResponse> first = client.take(WorkerOperation.LOGS);
    held.log().add("stdout", "two");

    first.lose();
    client.passInSilence(WorkerOperation.LOGS, FIRST_RETRY);

    Asked<LogsRequest, LogsResponse> again = client.take(WorkerOperation.LOGS);
    assertThat(texts(again)).containsExactly("one");
    accept(again);
    loop.pass(Duration.ZERO);
    assertThat(texts(client.take(WorkerOperation.LOGS))).containsExactly("two");
  }

  @Test
  void dropsLinesOfGoneSessionAndPassesOnEndedAttempt() {
    HeldAttempt running = watched("one");
    HeldAttempt ended = running("s-1", 2);
    ended.log().add("stdout", "two");
    end(ended);
    sending.finish(ended);
    loop.pass(Duration.ZERO);

    client.take(WorkerOperation.LOGS).refuse(ErrorCode.SESSION_GONE);

    assertThat(delivered).containsExactly(ended);
    assertThat(running.log().isDelivered()).isTrue();
  }

  @Test
  void combinesAttemptsOfSameSessionInLogRequest() {
    for (HeldAttempt held : List.of(running("s-1", 1), running("s-2", 2), running("s-1", 3))) {
      held.log().add("stdout", "of " + held.ref().instance());
      sending.watch(held);
    }
    loop.pass(EVERY);

    Asked<LogsRequest, LogsResponse> first = client.take(WorkerOperation.LOGS);
    assertThat(first.request().session()).isEqualTo("s-1");
    assertThat(texts(first)).containsExactly("of 1", "of 3");
    accept(first);
    loop.pass(EVERY);

    Asked<LogsRequest, LogsResponse> second = client.take(WorkerOperation.LOGS);
    assertThat(second.request().session()).isEqualTo("s-2");
    assertThat(texts(second)).containsExactly("of 2");
  }

  @Test
  void keepsSingleLogRequestInFlight() {
    watched("one");
    loop.pass(EVERY);
    Asked<LogsRequest, LogsResponse> first = client.take(WorkerOperation.LOGS);
    HeldAttempt two = running("s-1", 2);
    two.log().add("stdout", "two");
    end(two);

    sending.finish(two);
    loop.pass(EVERY);

    assertThat(client.isAsked(WorkerOperation.LOGS)).isFalse();
    accept(first);
    loop.pass(EVERY);
    assertThat(texts(client.take(WorkerOperation.LOGS))).containsExactly("two");
  }

  @Test
  void forgetsDroppedAttemptWithLines() {
    HeldAttempt held = watched("one");
    end(held);
    sending.finish(held);

    sending.forget(held);
    loop.pass(ALL_LINES.plus(LAST_LINES));

    assertThat(client.count(WorkerOperation.LOGS)).isZero();
    assertThat(delivered).isEmpty();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void resendsFailedLinesImmediatelyOnRetryRequest() {
    watched("one");
    loop.pass(EVERY);
    client.take(WorkerOperation.LOGS).refuse(ErrorCode.UNAVAILABLE);

    sending.retryNow();
    loop.pass(Duration.ZERO);

    accept(client.take(WorkerOperation.LOGS));
    loop.pass(FIRST_RETRY);
    assertThat(client.isAsked(WorkerOperation.LOGS)).isFalse();
  }

  @Test
  void resetsBackoffAfterAcceptedLines() {
    HeldAttempt held = watched("one");
    loop.pass(EVERY);
    client.take(WorkerOperation.LOGS).lose();
    loop.pass(FIRST_RETRY);
    client.take(WorkerOperation.LOGS).lose();
    loop.pass(FIRST_RETRY.multipliedBy(2));
    accept(client.take(WorkerOperation.LOGS));
    held.log().add("stdout", "two");
    loop.pass(EVERY);
    client.take(WorkerOperation.LOGS).lose();

    loop.pass(FIRST_RETRY);

    assertThat(client.isAsked(WorkerOperation.LOGS)).isTrue();
  }

  @Test
  void backsOffWhenAnswerAcceptsNoLines() {
    watched("one");
    loop.pass(EVERY);

    client.take(WorkerOperation.LOGS).answer(new LogsResponse(List.of()));
    client.passInSilence(WorkerOperation.LOGS, FIRST_RETRY);

    assertThat(texts(client.take(WorkerOperation.LOGS))).containsExactly("one");
  }

  static Stream<Arguments> protocolsAndCharacters() {
    return Stream.of("", "x", "\u0001", "\uFFFD", "\uD83D\uDE00")
        .flatMap(text -> Stream.of(Protocol.values()).map(protocol -> arguments(protocol, text)));
  }

  @ParameterizedTest
  @MethodSource("protocolsAndCharacters")
  void keepsLogRequestBelowMaximumMessageSize(Protocol protocol, String character)
      throws Exception {
    client.be(protocol);
    List<HeldAttempt> attempts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      HeldAttempt held = running("s-1", i);
      for (int line = 0; line < 100; line++) {
        held.log().add("stdout", character.repeat(1000));
      }
      for (int line = 0; line < 25_000; line++) {
        held.log().add("stdout", character);
      }
      attempts.add(held);
      sending.watch(held);
    }

    loop.pass(EVERY);
    while (!attempts.stream().allMatch(held -> held.log().isDelivered())) {
      Asked<LogsRequest, LogsResponse> asked = client.take(WorkerOperation.LOGS);
      assertThat(bytes(asked.request())).isLessThan(protocol.maxMessageBytes());
      accept(asked);
      loop.pass(Duration.ZERO);
      loop.pass(client.isAsked(WorkerOperation.LOGS) ? Duration.ZERO : EVERY);
    }
  }

  private static int bytes(LogsRequest request) throws JsonProcessingException {
    return new ObjectMapper().writeValueAsBytes(request).length;
  }

  private static List<String> texts(Asked<LogsRequest, LogsResponse> asked) {
    return asked.request().chunks().stream()
        .flatMap(chunk -> chunk.lines().stream())
        .map(Line::text)
        .toList();
  }

  private static void accept(Asked<LogsRequest, LogsResponse> asked) {
    asked.answer(
        new LogsResponse(asked.request().chunks().stream().map(LogSenderTest::accepted).toList()));
  }

  private static Accepted accepted(Chunk chunk) {
    return new Accepted(
        chunk.instance(), chunk.attempt(), chunk.sequence() + chunk.lines().size() - 1);
  }
}
