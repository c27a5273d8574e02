package dev.orrery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Transport;
import dev.orrery.protocol.Verb;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.ByeAnswer;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.DiscoveryAnswer;
import dev.orrery.protocol.message.DiscoveryAnswer.Endpoint;
import dev.orrery.protocol.message.HandshakeAnswer;
import dev.orrery.protocol.message.LogsAnswer;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.Offer;
import dev.orrery.protocol.message.PollAnswer;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.Report;
import dev.orrery.protocol.message.ReportAnswer;
import dev.orrery.protocol.message.ReportAnswer.Verdict;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.attempt.Gate;
import dev.orrery.worker.core.ManualCore;
import dev.orrery.worker.wire.FakeWire;
import dev.orrery.worker.wire.FakeWire.Asked;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the parts of a worker play together. */
class OrreryWorkerTest {
  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
  private static final Duration GATHER = Duration.ofMillis(5);

  private final ManualCore core = new ManualCore();
  private final FakeWire wire = new FakeWire(core);
  private final Gate gate = new Gate();
  private final OrreryWorker worker =
      new OrreryWorker(
          WorkerSettings.of("billing", "t")
              .server("http://one:10010")
              .processor("noop", gate)
              .name("w-1")
              .tag("gpu")
              .capacity(2)
              .drainTimeout(DRAIN),
          core,
          wire);

  @AfterEach
  void close() {
    if (!wire.isClosed()) {
      for (long instance = 1; instance <= 4; instance++) {
        gate.open(instance, null);
      }
      CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
      core.runUntil(
          () -> {
            answerAll();
            core.pass(Duration.ofSeconds(1));
            return closing.isDone();
          });
    }
  }

  @Test
  void attemptGoesFromThePollToItsReport() {
    agree("s-1");
    answer(wire.take(Verb.POLL), 1);
    awaitStarted(1);
    gate.context(1).log("hello");
    gate.open(1, "fine");

    Asked<LogsRequest, LogsAnswer> logs = await(Verb.LOGS);
    assertThat(logs.request().session()).isEqualTo("s-1");
    assertThat(wire.isAsked(Verb.REPORT)).isFalse();
    accept(logs);

    Asked<ReportRequest, ReportAnswer> report = await(Verb.REPORT);
    assertThat(report.request())
        .isEqualTo(
            new ReportRequest(
                "s-1", List.of(new Report(1, 1, Report.Outcome.SUCCEEDED, "fine", null, null))));
    answer(report, Verdict.ACCEPTED);
    assertThat(worker.counters().started().sum()).isEqualTo(1);
    assertThat(worker.counters().reported().sum()).isEqualTo(1);
  }

  @Test
  void offerIsWhatTheSettingsSay() {
    worker.start();

    Offer offer = wire.take(Verb.HANDSHAKE).request();

    assertThat(offer)
        .isEqualTo(
            new Offer(
                "http",
                "orrery",
                1,
                1,
                "unknown",
                "billing",
                "w-1",
                List.of("gpu"),
                List.of("noop"),
                2));
    assertThat(worker.processors()).containsExactly("noop");
  }

  @Test
  void reportGoesWithoutItsLogAfterFiveSecondsAndSaysSo() {
    agree("s-1");
    answer(wire.take(Verb.POLL), 1);
    awaitStarted(1);
    gate.context(1).log("hello");
    gate.open(1, "fine");
    Asked<LogsRequest, LogsAnswer> logs = await(Verb.LOGS);

    core.pass(Duration.ofSeconds(5));

    Asked<ReportRequest, ReportAnswer> report = await(Verb.REPORT);
    assertThat(report.request().reports().get(0).logIncomplete()).isTrue();
    answer(report, Verdict.ACCEPTED);
    accept(logs);
    assertThat(wire.isAsked(Verb.REPORT)).isFalse();
  }

  @Test
  void goneSessionStopsWhatRanAndKeepsWhatHadEnded() {
    agree("s-1");
    answer(wire.take(Verb.POLL), 1, 2);
    awaitStarted(2);
    wire.take(Verb.POLL);
    gate.open(1, "fine");
    await(Verb.REPORT).lose();

    wire.take(Verb.POLL).refuse(ErrorCode.SESSION_GONE);

    assertThat(gate.context(2).stopCause()).contains(StopCause.LOST);
    core.runUntil(() -> worker.counters().lost().sum() == 1);
    agreeAgain("s-2");
    Asked<ReportRequest, ReportAnswer> report = wire.take(Verb.REPORT);
    assertThat(report.request().session()).isEqualTo("s-1");
    answer(report, Verdict.STALE);
    assertThat(worker.counters().stale().sum()).isEqualTo(1);
    assertThat(worker.counters().sessions().sum()).isEqualTo(2);
    assertThat(wire.take(Verb.POLL).request().session()).isEqualTo("s-2");
  }

  @Test
  void reportsAreKeptWhileTheSchedulerIsAway() {
    agree("s-1");
    answer(wire.take(Verb.POLL), 1);
    awaitStarted(1);
    Asked<PollRequest, PollAnswer> poll = wire.take(Verb.POLL);
    gate.open(1, "fine");
    await(Verb.REPORT).lose();
    poll.lose();
    for (int i = 0; i < 10; i++) {
      core.pass(LONGEST_RETRY);
      while (wire.isAsked(Verb.REPORT)) {
        wire.take(Verb.REPORT).lose();
      }
      while (wire.isAsked(Verb.RENEW)) {
        wire.take(Verb.RENEW).lose();
      }
    }
    assertThat(worker.status().phase()).isEqualTo(Phase.UNREACHABLE);

    core.pass(LONGEST_RETRY);

    answer(wire.take(Verb.REPORT), Verdict.ACCEPTED);
    assertThat(worker.counters().reported().sum()).isEqualTo(1);
  }

  @Test
  void attemptThatIsGivenAgainAfterItsReportDoesNotRunTwice() {
    agree("s-1");
    answer(wire.take(Verb.POLL), 1);
    awaitStarted(1);
    Asked<PollRequest, PollAnswer> sentBefore = wire.take(Verb.POLL);
    gate.open(1, "fine");
    answer(await(Verb.REPORT), Verdict.ACCEPTED);

    answer(sentBefore, 1);
    core.pass(GATHER);

    assertThat(worker.counters().started().sum()).isEqualTo(1);
    assertThat(wire.take(Verb.POLL).request().held()).isEmpty();
  }

  @Test
  void bufferedWorkStartsWhenThereIsRoom() {
    agree("s-1");
    answer(wire.take(Verb.POLL), 1, 2, 3);
    awaitStarted(2);

    gate.open(1, null);

    awaitStarted(3);
  }

  @Test
  void closeLetsWhatRunsEndAndGivesBackWhatHasNotStarted() {
    agree("s-1");
    answer(wire.take(Verb.POLL), 1, 2, 3);
    awaitStarted(2);
    Asked<PollRequest, PollAnswer> superseded = wire.take(Verb.POLL);

    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
    Asked<PollRequest, PollAnswer> poll = await(Verb.POLL);
    answer(superseded);
    assertThat(poll.request().draining()).isTrue();
    assertThat(poll.request().free()).isZero();
    core.pass(Duration.ZERO);
    assertThat(wire.take(Verb.RENEW).request().draining()).isTrue();
    assertThat(worker.status().phase()).isEqualTo(Phase.DRAINING);
    Asked<ReportRequest, ReportAnswer> handedBack = await(Verb.REPORT);
    assertThat(handedBack.request().reports())
        .containsExactly(new Report(3, 1, Report.Outcome.HANDED_BACK, null, null, null));
    answer(handedBack, Verdict.ACCEPTED);

    gate.open(1, "one");
    answer(await(Verb.REPORT), Verdict.ACCEPTED);
    assertThat(wire.isAsked(Verb.BYE)).isFalse();
    gate.open(2, "two");
    answer(await(Verb.REPORT), Verdict.ACCEPTED);
    Asked<ByeRequest, ByeAnswer> bye = await(Verb.BYE);
    assertThat(bye.request()).isEqualTo(new ByeRequest("s-1", List.of()));
    bye.answer(new ByeAnswer(true));

    core.runUntil(closing::isDone);
    assertThat(worker.status().phase()).isEqualTo(Phase.STOPPED);
    assertThat(wire.isClosed()).isTrue();
  }

  @Test
  void closeCutsOffWhatRunsWhenTheTimeToDrainIsOver() {
    agree("s-1");
    answer(wire.take(Verb.POLL), 1);
    awaitStarted(1);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
    core.runUntil(() -> worker.status().phase() == Phase.DRAINING);

    core.pass(DRAIN.minusMillis(1));
    assertThat(gate.context(1).stopCause()).isEmpty();
    core.pass(Duration.ofMillis(1));

    assertThat(gate.context(1).stopCause()).contains(StopCause.DRAINED);
    Asked<ReportRequest, ReportAnswer> report = await(Verb.REPORT);
    assertThat(report.request().reports())
        .extracting(Report::outcome)
        .containsExactly(Report.Outcome.HANDED_BACK);
    answer(report, Verdict.ACCEPTED);
    await(Verb.BYE).answer(new ByeAnswer(true));
    core.runUntil(closing::isDone);
  }

  @Test
  void closeWithoutASessionNeedsNobody() {
    worker.start();
    wire.take(Verb.HANDSHAKE).lose();

    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);

    core.runUntil(closing::isDone);
    assertThat(wire.count(Verb.BYE)).isZero();
    assertThat(worker.status().phase()).isEqualTo(Phase.STOPPED);
  }

  @Test
  void goodByeIsRepeatedUntilItIsHeard() {
    agree("s-1");
    CompletableFuture<Void> closing = closeWhilePolling();
    await(Verb.BYE).lose();

    core.pass(Duration.ofMillis(200));
    await(Verb.BYE).answer(new ByeAnswer(true));

    core.runUntil(closing::isDone);
  }

  @Test
  void closeRunsWhatIsOnItsWayWhenItBegins() {
    agree("s-1");
    Asked<PollRequest, PollAnswer> parked = wire.take(Verb.POLL);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
    await(Verb.POLL);
    assertThat(wire.isAsked(Verb.BYE)).isFalse();

    answer(parked, 1);
    awaitStarted(1);
    gate.open(1, "one");

    Asked<ReportRequest, ReportAnswer> report = await(Verb.REPORT);
    assertThat(report.request().reports())
        .containsExactly(new Report(1, 1, Report.Outcome.SUCCEEDED, "one", null, null));
    answer(report, Verdict.ACCEPTED);
    await(Verb.BYE).answer(new ByeAnswer(true));
    core.runUntil(closing::isDone);
  }

  @Test
  void goodByeGoesToWhereTheSessionIsByThen() {
    worker.start();
    wire.take(Verb.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    tell("http://one:10011");
    agreeAgain("s-1");
    CompletableFuture<Void> closing = closeWhilePolling();

    await(Verb.BYE).lose();
    tell("http://two:10011");
    core.pass(Duration.ofMillis(200));
    Asked<ByeRequest, ByeAnswer> second = await(Verb.BYE);

    assertThat(second.address()).isEqualTo(URI.create("http://two:10011"));
    second.answer(new ByeAnswer(true));
    core.runUntil(closing::isDone);
  }

  private void tell(String address) {
    wire.take(Verb.DISCOVERY)
        .answer(new DiscoveryAnswer(List.of(new Endpoint(Transport.HTTP, address)), 1, 1, "0.1.0"));
  }

  @Test
  void goodByeToASessionThatHasEndedIsHeard() {
    agree("s-1");
    CompletableFuture<Void> closing = closeWhilePolling();

    await(Verb.BYE).refuse(ErrorCode.SESSION_GONE);

    core.runUntil(closing::isDone);
    assertThat(wire.count(Verb.BYE)).isEqualTo(1);
  }

  @Test
  void goodByeIsGivenUpInTime() {
    agree("s-1");
    CompletableFuture<Void> closing = closeWhilePolling();
    Asked<ByeRequest, ByeAnswer> first = await(Verb.BYE);
    core.pass(Duration.ofSeconds(5).plusMillis(1));

    first.lose();

    core.runUntil(closing::isDone);
    assertThat(wire.count(Verb.BYE)).isEqualTo(1);
  }

  @Test
  void workerThatIsToLeaveEndsItsSessionWhenItsWorkIsDone() {
    agree("s-1");
    answer(wire.take(Verb.POLL), 1);
    awaitStarted(1);
    wire.take(Verb.POLL).answer(new PollAnswer(List.of(), List.of(), 30000, true));
    assertThat(wire.isAsked(Verb.BYE)).isFalse();

    gate.open(1, null);
    answer(await(Verb.REPORT), Verdict.ACCEPTED);

    await(Verb.BYE).answer(new ByeAnswer(true));
    agreeAgain("s-2");
    assertThat(worker.status().phase()).isEqualTo(Phase.AGREED);
  }

  @Test
  void idleWorkerThatIsToLeaveEndsItsSessionAtOnceAndOnce() {
    agree("s-1");

    wire.take(Verb.POLL).answer(new PollAnswer(List.of(), List.of(), 30000, true));

    Asked<ByeRequest, ByeAnswer> bye = wire.take(Verb.BYE);
    wire.take(Verb.POLL).answer(new PollAnswer(List.of(), List.of(), 30000, true));
    bye.answer(new ByeAnswer(true));
    agreeAgain("s-2");
    assertThat(wire.count(Verb.BYE)).isEqualTo(1);
    assertThat(wire.count(Verb.HANDSHAKE)).isEqualTo(2);
  }

  @Test
  void workerThatLeavesShakesHandsOnceThoughItsParkedPollIsEndedFirst() {
    agree("s-1");
    wire.take(Verb.POLL).answer(new PollAnswer(List.of(), List.of(), 30000, true));
    Asked<ByeRequest, ByeAnswer> bye = wire.take(Verb.BYE);

    wire.take(Verb.POLL).refuse(ErrorCode.SESSION_GONE);
    bye.answer(new ByeAnswer(true));

    agreeAgain("s-2");
    assertThat(wire.count(Verb.HANDSHAKE)).isEqualTo(2);
  }

  private void agree(String session) {
    worker.start();
    agreeAgain(session);
  }

  private void agreeAgain(String session) {
    await(Verb.HANDSHAKE)
        .answer(new HandshakeAnswer(session, 1, 30000, 25000, 10000, Instant.now(), "0.1.0"));
  }

  private static void answer(Asked<PollRequest, PollAnswer> poll, long... instances) {
    poll.answer(
        new PollAnswer(
            Arrays.stream(instances).mapToObj(OrreryWorkerTest::assignment).toList(),
            List.of(),
            30000,
            false));
  }

  private static Assignment assignment(long instance) {
    return new Assignment(instance, 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null);
  }

  private static void answer(Asked<ReportRequest, ReportAnswer> report, Verdict verdict) {
    report.answer(
        new ReportAnswer(Collections.nCopies(report.request().reports().size(), verdict)));
  }

  private static void accept(Asked<LogsRequest, LogsAnswer> logs) {
    logs.answer(
        new LogsAnswer(
            logs.request().chunks().stream()
                .map(
                    chunk ->
                        new LogsAnswer.Accepted(
                            chunk.instance(),
                            chunk.attempt(),
                            chunk.sequence() + chunk.lines().size() - 1))
                .toList()));
  }

  private void awaitStarted(long instance) {
    core.runUntil(() -> gate.hasStarted(instance));
  }

  /** The scheduler answers the parked poll as soon as the next one, which says so, comes in. */
  private CompletableFuture<Void> closeWhilePolling() {
    Asked<PollRequest, PollAnswer> parked = wire.take(Verb.POLL);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
    assertThat(await(Verb.POLL).request().draining()).isTrue();
    answer(parked);
    return closing;
  }

  private <Q, A> Asked<Q, A> await(Verb<Q, A> verb) {
    core.runUntil(
        () -> {
          core.pass(Duration.ZERO);
          return wire.isAsked(verb);
        });
    return wire.take(verb);
  }

  private void answerAll() {
    while (wire.isAsked(Verb.REPORT)) {
      answer(wire.take(Verb.REPORT), Verdict.ACCEPTED);
    }
    while (wire.isAsked(Verb.LOGS)) {
      accept(wire.take(Verb.LOGS));
    }
    while (wire.isAsked(Verb.BYE)) {
      wire.take(Verb.BYE).answer(new ByeAnswer(true));
    }
    core.run();
  }
}
