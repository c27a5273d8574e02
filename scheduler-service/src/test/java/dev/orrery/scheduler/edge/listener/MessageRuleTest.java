package dev.orrery.scheduler.edge.listener;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRuleTest {
  private static final AttemptRef ONE = new AttemptRef(1, 1);
  private static final Line LINE = new Line(0, "stdout", "a");

  @Test
  void refusesInvalidAttemptReferenceAndNamesField() {
    List<AttemptRef> noInstance = List.of(ONE, new AttemptRef(0, 1));
    List<AttemptRef> noAttempt = List.of(ONE, ONE, new AttemptRef(1, 0));

    refused("held[1].instance", () -> MessageRule.require(poll(noInstance)));
    refused("held[2].attempt", () -> MessageRule.require(poll(noAttempt)));
    refused(
        "held[1].instance", () -> MessageRule.require(new RenewRequest("s", noInstance, false)));
    refused("handedBack[2].attempt", () -> MessageRule.require(new ByeRequest("s", noAttempt)));
    refused("chunks[0].instance", () -> MessageRule.require(logs(new Chunk(0, 1, 0, lines(1)))));
    refused("chunks[0].attempt", () -> MessageRule.require(logs(new Chunk(1, 0, 0, lines(1)))));
  }

  @Test
  void refusesLogChunkWithoutLines() {
    Chunk none = new Chunk(1, 1, 0, List.of());
    Chunk one = new Chunk(2, 1, 0, lines(1));

    accepted(() -> MessageRule.require(logs(one, one)));
    refused("chunks[1].lines", () -> MessageRule.require(logs(one, none)));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MAX_VALUE - 1, Integer.MAX_VALUE})
  void refusesLogSequenceOutsideIntRange(int sequence) {
    refused(
        "chunks[0].sequence", () -> MessageRule.require(logs(new Chunk(1, 1, sequence, lines(1)))));
    accepted(() -> MessageRule.require(logs(new Chunk(1, 1, Integer.MAX_VALUE - 2, lines(1)))));
  }

  private static PollRequest poll(List<AttemptRef> held) {
    return new PollRequest("s", 1, 1, held, 0, false);
  }

  private static LogsRequest logs(Chunk... chunks) {
    return new LogsRequest("s", List.of(chunks));
  }

  private static List<Line> lines(int count) {
    return Collections.nCopies(count, LINE);
  }

  private static void accepted(ThrowingCallable rule) {
    assertThatCode(rule).doesNotThrowAnyException();
  }

  private static void refused(String field, ThrowingCallable rule) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(rule)
        .matches(e -> e.problem().code() == ErrorCode.INVALID)
        .matches(e -> field.equals(e.problem().field()), "names " + field);
  }
}
