package dev.orrery.worker.report;

import static dev.orrery.worker.attempt.HeldAttempts.ended;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Transport;
import dev.orrery.protocol.Verb;
import dev.orrery.protocol.message.Report;
import dev.orrery.protocol.message.ReportAnswer;
import dev.orrery.protocol.message.ReportAnswer.Verdict;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.attempt.Held;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.ManualCore;
import dev.orrery.worker.wire.FakeWire;
import dev.orrery.worker.wire.FakeWire.Asked;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReportingTest {
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  private final ManualCore core = new ManualCore();
  private final FakeWire wire = new FakeWire(core);
  private final WorkerCounters counters = new WorkerCounters();
  private final List<Held> taken = new ArrayList<>();
  private URI address = URI.create("http://one:10010");
  private final Reporting reporting =
      new Reporting(
          core,
          wire,
          () -> address,
          new Backoff(FIRST_RETRY.multipliedBy(2), Duration.ofSeconds(5), () -> 0),
          counters,
          taken::add);

  @Test
  void endIsReportedAtOnceToTheSchedulerInUse() {
    reporting.add(ended("s-1", 7, "partly", "exit code 1"));

    Asked<ReportRequest, ReportAnswer> asked = wire.take(Verb.REPORT);
    assertThat(asked.address()).isEqualTo(address);
    assertThat(asked.request())
        .isEqualTo(
            new ReportRequest(
                "s-1",
                List.of(new Report(7, 1, Report.Outcome.FAILED, "partly", "exit code 1", null))));
  }

  @Test
  void reportSaysWhenItsLogIsIncomplete() {
    Held held = ended("s-1", 7);
    held.markLogIncomplete();

    reporting.add(held);

    assertThat(wire.take(Verb.REPORT).request().reports().get(0).logIncomplete()).isTrue();
  }

  @Test
  void takenReportIsPassedOnAndCounted() {
    Held one = ended("s-1", 1);
    Held two = ended("s-1", 2);
    reporting.add(one);
    answer(wire.take(Verb.REPORT), Verdict.ACCEPTED);
    reporting.add(two);
    answer(wire.take(Verb.REPORT), Verdict.ALREADY_ACCEPTED);

    assertThat(taken).containsExactly(one, two);
    assertThat(counters.reported().sum()).isEqualTo(2);
    assertThat(counters.stale().sum()).isZero();
  }

  @Test
  void staleReportIsCountedAndDoneWith() {
    Held one = ended("s-1", 1);
    reporting.add(one);

    answer(wire.take(Verb.REPORT), Verdict.STALE);

    assertThat(taken).containsExactly(one);
    assertThat(counters.stale().sum()).isEqualTo(1);
    assertThat(counters.reported().sum()).isZero();
    assertThat(wire.isAsked(Verb.REPORT)).isFalse();
  }

  @Test
  void eachReportIsJudgedForItself() {
    reporting.add(ended("s-1", 1));
    reporting.add(ended("s-1", 2));
    reporting.add(ended("s-1", 3));
    answer(wire.take(Verb.REPORT), Verdict.ACCEPTED);

    answer(wire.take(Verb.REPORT), Verdict.STALE, Verdict.ACCEPTED);

    assertThat(counters.reported().sum()).isEqualTo(2);
    assertThat(counters.stale().sum()).isEqualTo(1);
  }

  @Test
  void whatEndsWhileARequestIsUnderWayIsInTheNextOne() {
    reporting.add(ended("s-1", 1));
    reporting.add(ended("s-1", 2));
    reporting.add(ended("s-1", 3));

    Asked<ReportRequest, ReportAnswer> first = wire.take(Verb.REPORT);
    assertThat(instances(first)).containsExactly(1L);
    assertThat(wire.isAsked(Verb.REPORT)).isFalse();
    answer(first, Verdict.ACCEPTED);

    assertThat(instances(wire.take(Verb.REPORT))).containsExactly(2L, 3L);
  }

  @Test
  void reportsAreKeptWhileTheSchedulerIsAway() {
    reporting.add(ended("s-1", 1));
    wire.take(Verb.REPORT).lose();
    reporting.add(ended("s-1", 2));
    assertThat(wire.isAsked(Verb.REPORT)).isFalse();

    core.pass(FIRST_RETRY);
    Asked<ReportRequest, ReportAnswer> second = wire.take(Verb.REPORT);
    assertThat(instances(second)).containsExactly(1L, 2L);
    second.lose();
    core.pass(FIRST_RETRY);
    assertThat(wire.isAsked(Verb.REPORT)).isFalse();
    core.pass(FIRST_RETRY);
    answer(wire.take(Verb.REPORT), Verdict.ALREADY_ACCEPTED, Verdict.ACCEPTED);

    assertThat(taken).hasSize(2);
    assertThat(counters.reported().sum()).isEqualTo(2);
  }

  @Test
  void newSessionEndsTheWaitForTheNextTry() {
    reporting.add(ended("s-1", 1));
    wire.take(Verb.REPORT).lose();
    address = URI.create("http://two:10010");

    reporting.retryNow();

    assertThat(wire.take(Verb.REPORT).address()).isEqualTo(address);
    core.pass(Duration.ofMinutes(1));
    assertThat(wire.count(Verb.REPORT)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"OVERLOADED", "UNAVAILABLE", "INTERNAL", "UNAUTHENTICATED", "NOT_FOUND", "UNKNOWN"})
  void refusalThatMayPassKeepsTheReports(ErrorCode code) {
    reporting.add(ended("s-1", 1));

    wire.take(Verb.REPORT).refuse(code);
    core.pass(FIRST_RETRY);

    assertThat(taken).isEmpty();
    assertThat(instances(wire.take(Verb.REPORT))).containsExactly(1L);
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION_GONE", "MALFORMED", "INVALID", "TOO_LARGE"})
  void refusalForGoodGivesTheReportsUpAsStale(ErrorCode code) {
    reporting.add(ended("s-1", 1));

    wire.take(Verb.REPORT).refuse(code);

    assertThat(taken).hasSize(1);
    assertThat(counters.stale().sum()).isEqualTo(1);
    assertThat(core.timers()).isZero();
  }

  @Test
  void answerWithTooFewVerdictsJudgesNothing() {
    reporting.add(ended("s-1", 1));

    answer(wire.take(Verb.REPORT));
    core.pass(FIRST_RETRY);

    assertThat(taken).isEmpty();
    assertThat(instances(wire.take(Verb.REPORT))).containsExactly(1L);
  }

  @Test
  void reportsOfAnEarlierSessionGoUnderItsOwnName() {
    reporting.add(ended("s-1", 1));
    reporting.add(ended("s-1", 2));
    reporting.add(ended("s-2", 3));
    reporting.add(ended("s-1", 4));
    answer(wire.take(Verb.REPORT), Verdict.ACCEPTED);

    Asked<ReportRequest, ReportAnswer> second = wire.take(Verb.REPORT);
    assertThat(second.request().session()).isEqualTo("s-1");
    assertThat(instances(second)).containsExactly(2L);
    answer(second, Verdict.ACCEPTED);

    Asked<ReportRequest, ReportAnswer> third = wire.take(Verb.REPORT);
    assertThat(third.request().session()).isEqualTo("s-2");
    assertThat(instances(third)).containsExactly(3L);
  }

  @Test
  void requestHoldsAtMostAThousandReports() {
    reporting.add(ended("s-1", 0));
    for (int i = 1; i <= 1500; i++) {
      reporting.add(ended("s-1", i));
    }
    answer(wire.take(Verb.REPORT), Verdict.ACCEPTED);

    Asked<ReportRequest, ReportAnswer> second = wire.take(Verb.REPORT);
    assertThat(second.request().reports()).hasSize(1000);
    accept(second);

    assertThat(wire.take(Verb.REPORT).request().reports()).hasSize(500);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void requestStaysBelowTheLargestMessageWhateverTheCharacters(Transport transport)
      throws Exception {
    wire.be(transport);
    String result = "\u0001".repeat(16 * 1024);
    String error = "\uFFFD".repeat(4 * 1024);
    reporting.add(ended("s-1", 0));
    for (int i = 1; i <= 200; i++) {
      reporting.add(ended("s-1", i, result, error));
    }
    accept(wire.take(Verb.REPORT));

    while (taken.size() < 201) {
      Asked<ReportRequest, ReportAnswer> asked = wire.take(Verb.REPORT);
      assertThat(bytes(asked.request())).isLessThan(transport.maxMessageBytes());
      accept(asked);
    }
    assertThat(taken).extracting(held -> held.ref().instance()).isSorted().hasSize(201);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void hugeResultIsCutSoThatItFitsIntoAMessage(Transport transport) throws Exception {
    wire.be(transport);
    reporting.add(ended("s-1", 1, "\u0001".repeat(10_000_000), "\u0001".repeat(10_000_000)));

    ReportRequest request = wire.take(Verb.REPORT).request();

    assertThat(bytes(request)).isLessThan(transport.maxMessageBytes());
    assertThat(request.reports().get(0).result()).hasSizeGreaterThan(16 * 1024);
  }

  private static int bytes(ReportRequest request) throws JsonProcessingException {
    return new ObjectMapper().writeValueAsBytes(request).length;
  }

  private static List<Long> instances(Asked<ReportRequest, ReportAnswer> asked) {
    return asked.request().reports().stream().map(Report::instance).toList();
  }

  private static void answer(Asked<ReportRequest, ReportAnswer> asked, Verdict... verdicts) {
    asked.answer(new ReportAnswer(List.of(verdicts)));
  }

  private static void accept(Asked<ReportRequest, ReportAnswer> asked) {
    asked.answer(
        new ReportAnswer(Collections.nCopies(asked.request().reports().size(), Verdict.ACCEPTED)));
  }
}
