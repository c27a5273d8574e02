package dev.orrery.scheduler.workerapi;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.scheduler.problem.ProblemException;
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
  void namedAttemptsAreBounded() {
    List<AttemptRef> most = Collections.nCopies(MessageLimits.MAX_HELD, ONE);
    List<AttemptRef> more = Collections.nCopies(MessageLimits.MAX_HELD + 1, ONE);

    accepted(() -> MessageRule.require(poll(most)));
    accepted(() -> MessageRule.require(new RenewRequest("s", most, false)));
    accepted(() -> MessageRule.require(new ByeRequest("s", most)));
    refused("held", () -> MessageRule.require(poll(more)));
    refused("held", () -> MessageRule.require(new RenewRequest("s", more, false)));
    refused("handedBack", () -> MessageRule.require(new ByeRequest("s", more)));
  }

  @Test
  void attemptsThatCannotBeAreRefusedAtTheirPlace() {
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
  void reportsAreBoundedInNumber() {
    accepted(() -> MessageRule.require(reports(MessageLimits.MAX_REPORTS, "x")));
    refused("reports", () -> MessageRule.require(reports(MessageLimits.MAX_REPORTS + 1, "x")));
  }

  /** A worker drops a report that is refused as invalid. */
  @Test
  void reportIsNotRefusedForItsTexts() {
    accepted(() -> MessageRule.require(reports(1, "x".repeat(4 * 1024 * 1024))));
  }

  @Test
  void linesOfAChunkAndOfARequestAreBounded() {
    Chunk most = new Chunk(1, 1, 0, lines(MessageLimits.MAX_LOG_CHUNK_LINES));
    Chunk more = new Chunk(1, 1, 0, lines(MessageLimits.MAX_LOG_CHUNK_LINES + 1));
    Chunk none = new Chunk(1, 1, 0, List.of());
    Chunk one = new Chunk(2, 1, 0, lines(1));

    accepted(() -> MessageRule.require(logs(most, most, most, most, most)));
    refused("chunks", () -> MessageRule.require(logs(most, most, most, most, most, one)));
    refused("chunks[1].lines", () -> MessageRule.require(logs(one, more)));
    refused("chunks[1].lines", () -> MessageRule.require(logs(one, none)));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MAX_VALUE - 1, Integer.MAX_VALUE})
  void numbersOfLinesFitIntoAnInt(int sequence) {
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

  private static ReportRequest reports(int count, String text) {
    return new ReportRequest(
        "s", Collections.nCopies(count, new AttemptReport(1, 1, Outcome.FAILED, text, text, null)));
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
