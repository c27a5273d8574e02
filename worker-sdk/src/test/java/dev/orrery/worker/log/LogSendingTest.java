package dev.orrery.worker.log;

import static dev.orrery.worker.attempt.HeldAttempts.end;
import static dev.orrery.worker.attempt.HeldAttempts.running;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Transport;
import dev.orrery.protocol.Verb;
import dev.orrery.protocol.message.LogsAnswer;
import dev.orrery.protocol.message.LogsAnswer.Accepted;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.worker.attempt.Held;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.ManualCore;
import dev.orrery.worker.wire.FakeWire;
import dev.orrery.worker.wire.FakeWire.Asked;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogSendingTest {
  private static final URI ADDRESS = URI.create("http://one:10010");
  private static final Duration EVERY = Duration.ofMillis(300);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration BEFORE_REPORT = Duration.ofSeconds(5);

  private final ManualCore core = new ManualCore();
  private final FakeWire wire = new FakeWire(core);
  private final List<Held> delivered = new ArrayList<>();
  private final LogSending sending =
      new LogSending(
          core,
          wire,
          () -> ADDRESS,
          new Backoff(FIRST_RETRY.multipliedBy(2), Duration.ofSeconds(5), () -> 0));

  LogSendingTest() {
    sending.listen(delivered::add);
  }

  @Test
  void linesAreGatheredForAMomentWhileTheAttemptRuns() {
    Held held = running("s-1", 1);
    held.log().add("stdout", "one");
    sending.watch(held);
    core.pass(EVERY.minusMillis(1));
    assertThat(wire.isAsked(Verb.LOGS)).isFalse();
    held.log().add("stdout", "two");

    core.pass(Duration.ofMillis(1));

    Asked<LogsRequest, LogsAnswer> asked = wire.take(Verb.LOGS);
    assertThat(asked.address()).isEqualTo(ADDRESS);
    assertThat(asked.request().session()).isEqualTo("s-1");
    assertThat(texts(asked)).containsExactly("one", "two");
  }

  @Test
  void runningAttemptIsLookedAtAgainAndAgain() {
    Held held = running("s-1", 1);
    held.log().add("stdout", "one");
    sending.watch(held);
    core.pass(EVERY);
    accept(wire.take(Verb.LOGS));
    core.pass(EVERY.multipliedBy(10));
    assertThat(wire.isAsked(Verb.LOGS)).isFalse();

    held.log().add("stdout", "two");
    core.pass(EVERY);

    assertThat(texts(wire.take(Verb.LOGS))).containsExactly("two");
  }

  @Test
  void attemptWithoutUndeliveredLinesIsPassedOnAtOnce() {
    Held held = running("s-1", 1);
    end(held);

    sending.finish(held);

    assertThat(delivered).containsExactly(held);
    assertThat(wire.isAsked(Verb.LOGS)).isFalse();
    assertThat(core.timers()).isZero();
  }

  @Test
  void lastLinesAreDeliveredBeforeTheAttemptIsPassedOn() {
    Held held = running("s-1", 1);
    held.log().add("stdout", "last words");
    end(held);

    sending.finish(held);
    core.pass(Duration.ZERO);
    Asked<LogsRequest, LogsAnswer> asked = wire.take(Verb.LOGS);
    assertThat(delivered).isEmpty();
    accept(asked);

    assertThat(delivered).containsExactly(held);
    assertThat(held.logIncomplete()).isFalse();
    core.pass(EVERY);
    assertThat(core.timers()).isZero();
  }

  @Test
  void linesOfManyChunksAreDeliveredOneRequestAfterTheOther() {
    Held held = running("s-1", 1);
    for (int i = 0; i < 400; i++) {
      held.log().add("stdout", "x".repeat(1000));
    }
    end(held);
    sending.finish(held);

    int requests = 0;
    while (delivered.isEmpty()) {
      core.pass(Duration.ZERO);
      accept(wire.take(Verb.LOGS));
      requests++;
    }

    assertThat(requests).isBetween(3, 4);
    assertThat(held.logIncomplete()).isFalse();
  }

  @Test
  void reportWaitsFiveSecondsForItsLogAndNoLonger() {
    Held held = running("s-1", 1);
    held.log().add("stdout", "last words");
    end(held);
    sending.finish(held);

    core.pass(BEFORE_REPORT.minusMillis(1));
    assertThat(delivered).isEmpty();
    core.pass(Duration.ofMillis(1));

    assertThat(delivered).containsExactly(held);
    assertThat(held.logIncomplete()).isTrue();
  }

  @Test
  void answerThatComesAfterTheLimitPassesNothingOnAgain() {
    Held held = running("s-1", 1);
    held.log().add("stdout", "last words");
    end(held);
    sending.finish(held);
    core.pass(BEFORE_REPORT);

    accept(wire.take(Verb.LOGS));

    assertThat(delivered).containsExactly(held);
  }

  @Test
  void sameChunkIsSentAgainWhenItsAnswerIsLost() {
    Held held = running("s-1", 1);
    held.log().add("stdout", "one");
    sending.watch(held);
    core.pass(EVERY);
    Asked<LogsRequest, LogsAnswer> first = wire.take(Verb.LOGS);
    held.log().add("stdout", "two");

    first.lose();
    core.pass(FIRST_RETRY.minusMillis(1));
    assertThat(wire.isAsked(Verb.LOGS)).isFalse();
    core.pass(Duration.ofMillis(1));

    Asked<LogsRequest, LogsAnswer> again = wire.take(Verb.LOGS);
    assertThat(texts(again)).containsExactly("one");
    accept(again);
    core.pass(Duration.ZERO);
    assertThat(texts(wire.take(Verb.LOGS))).containsExactly("two");
  }

  @Test
  void linesThatNobodyWantsAreDroppedAndTheAttemptPassedOn() {
    Held running = running("s-1", 1);
    running.log().add("stdout", "one");
    sending.watch(running);
    Held ended = running("s-1", 2);
    ended.log().add("stdout", "two");
    end(ended);
    sending.finish(ended);
    core.pass(Duration.ZERO);

    wire.take(Verb.LOGS).refuse(ErrorCode.SESSION_GONE);

    assertThat(delivered).containsExactly(ended);
    assertThat(running.log().isDelivered()).isTrue();
  }

  @Test
  void attemptsShareARequestUnlessTheirSessionsDiffer() {
    for (Held held : List.of(running("s-1", 1), running("s-2", 2), running("s-1", 3))) {
      held.log().add("stdout", "of " + held.ref().instance());
      sending.watch(held);
    }
    core.pass(EVERY);

    Asked<LogsRequest, LogsAnswer> first = wire.take(Verb.LOGS);
    assertThat(first.request().session()).isEqualTo("s-1");
    assertThat(texts(first)).containsExactly("of 1", "of 3");
    accept(first);
    core.pass(EVERY);

    Asked<LogsRequest, LogsAnswer> second = wire.take(Verb.LOGS);
    assertThat(second.request().session()).isEqualTo("s-2");
    assertThat(texts(second)).containsExactly("of 2");
  }

  @Test
  void oneRequestIsUnderWayAtATime() {
    Held one = running("s-1", 1);
    one.log().add("stdout", "one");
    sending.watch(one);
    core.pass(EVERY);
    Asked<LogsRequest, LogsAnswer> first = wire.take(Verb.LOGS);
    Held two = running("s-1", 2);
    two.log().add("stdout", "two");
    end(two);

    sending.finish(two);
    core.pass(EVERY);

    assertThat(wire.isAsked(Verb.LOGS)).isFalse();
    accept(first);
    core.pass(EVERY);
    assertThat(texts(wire.take(Verb.LOGS))).containsExactly("two");
  }

  @Test
  void droppedAttemptIsForgottenWithItsLines() {
    Held held = running("s-1", 1);
    held.log().add("stdout", "one");
    sending.watch(held);
    end(held);
    sending.finish(held);

    sending.forget(held);
    core.pass(BEFORE_REPORT);

    assertThat(wire.count(Verb.LOGS)).isZero();
    assertThat(delivered).isEmpty();
    assertThat(core.timers()).isZero();
  }

  @Test
  void answerThatAcceptsNothingIsNotFollowedByTheSameRequestAtOnce() {
    Held held = running("s-1", 1);
    held.log().add("stdout", "one");
    sending.watch(held);
    core.pass(EVERY);

    wire.take(Verb.LOGS).answer(new LogsAnswer(List.of()));
    core.pass(FIRST_RETRY.minusMillis(1));
    assertThat(wire.isAsked(Verb.LOGS)).isFalse();
    core.pass(Duration.ofMillis(1));

    assertThat(texts(wire.take(Verb.LOGS))).containsExactly("one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "\u0001", "\uFFFD", "\uD83D\uDE00"})
  void requestStaysBelowTheLargestMessageWhateverTheLines(String character) throws Exception {
    assertStaysBelowTheLargestMessage(Transport.HTTP, character);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "\u0001", "\uFFFD", "\uD83D\uDE00"})
  void soDoesOneOverAkka(String character) throws Exception {
    assertStaysBelowTheLargestMessage(Transport.AKKA, character);
  }

  private void assertStaysBelowTheLargestMessage(Transport transport, String character)
      throws Exception {
    wire.be(transport);
    List<Held> attempts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Held held = running("s-1", i);
      for (int line = 0; line < 100; line++) {
        held.log().add("stdout", character.repeat(1000));
      }
      for (int line = 0; line < 25_000; line++) {
        held.log().add("stdout", character);
      }
      attempts.add(held);
      sending.watch(held);
    }

    core.pass(EVERY);
    while (!attempts.stream().allMatch(held -> held.log().isDelivered())) {
      Asked<LogsRequest, LogsAnswer> asked = wire.take(Verb.LOGS);
      assertThat(bytes(asked.request())).isLessThan(transport.maxMessageBytes());
      accept(asked);
      core.pass(Duration.ZERO);
      core.pass(wire.isAsked(Verb.LOGS) ? Duration.ZERO : EVERY);
    }
  }

  private static int bytes(LogsRequest request) throws JsonProcessingException {
    return new ObjectMapper().writeValueAsBytes(request).length;
  }

  private static List<String> texts(Asked<LogsRequest, LogsAnswer> asked) {
    return asked.request().chunks().stream()
        .flatMap(chunk -> chunk.lines().stream())
        .map(Line::text)
        .toList();
  }

  private static void accept(Asked<LogsRequest, LogsAnswer> asked) {
    asked.answer(
        new LogsAnswer(asked.request().chunks().stream().map(LogSendingTest::accepted).toList()));
  }

  private static Accepted accepted(Chunk chunk) {
    return new Accepted(
        chunk.instance(), chunk.attempt(), chunk.sequence() + chunk.lines().size() - 1);
  }
}
