package dev.orrery.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.DiscoveryResponse.Endpoint;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.attempt.Gate;
import dev.orrery.worker.client.FakeProtocolClient;
import dev.orrery.worker.client.FakeProtocolClient.Asked;
import dev.orrery.worker.client.OperationTimeouts;
import dev.orrery.worker.core.ManualEventLoop;
import dev.orrery.worker.session.SchedulerConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the interplay of a worker's parts. */
class OrreryWorkerTest {
  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final Duration BATCHING_DELAY = Duration.ofMillis(5);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final FakeProtocolClient client = new FakeProtocolClient(loop);
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
          loop,
          client);

  @AfterEach
  void close() {
    if (!client.isClosed()) {
      for (long instance = 1; instance <= 4; instance++) {
        gate.open(instance, null);
      }
      CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
      loop.runUntil(
          () -> {
            answerAll();
            loop.pass(Duration.ofSeconds(1));
            return closing.isDone();
          });
    }
  }

  @Test
  void runsAttemptFromPollToReport() {
    agree("s-1");
    answer(client.take(WorkerOperation.POLL), 1);
    awaitStarted(1);
    gate.context(1).log("hello");
    gate.open(1, "fine");

    Asked<LogsRequest, LogsResponse> logs = await(WorkerOperation.LOGS);
    assertThat(logs.request().session()).isEqualTo("s-1");
    assertThat(client.isAsked(WorkerOperation.REPORT)).isFalse();
    accept(logs);

    Asked<ReportRequest, ReportResponse> report = await(WorkerOperation.REPORT);
    assertThat(report.request())
        .isEqualTo(
            new ReportRequest(
                "s-1",
                List.of(
                    new AttemptReport(
                        1, 1, AttemptReport.Outcome.SUCCEEDED, "fine", null, null, 0L))));
    answer(report, Verdict.ACCEPTED);
    assertThat(worker.counters().started()).isEqualTo(1);
    assertThat(worker.counters().reported()).isEqualTo(1);
  }

  @Test
  void sendsOfferMatchingSettings() {
    worker.start();

    WorkerOffer offer = client.take(WorkerOperation.HANDSHAKE).request();

    assertThat(offer.withSession(null))
        .isEqualTo(
            new WorkerOffer(
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
  void stopsRunningAttemptsAndKeepsPendingReportsWhenSessionIsGone() {
    agree("s-1");
    answer(client.take(WorkerOperation.POLL), 1, 2);
    awaitStarted(2);
    client.take(WorkerOperation.POLL);
    gate.open(1, "fine");
    await(WorkerOperation.REPORT).lose();

    client.take(WorkerOperation.POLL).refuse(ErrorCode.SESSION_GONE);

    assertThat(gate.context(2).stopCause()).contains(StopCause.LOST);
    loop.runUntil(() -> worker.counters().lost() == 1);
    agreeAgain("s-2");
    Asked<ReportRequest, ReportResponse> report = client.take(WorkerOperation.REPORT);
    assertThat(report.request().session()).isEqualTo("s-1");
    answer(report, Verdict.STALE);
    assertThat(worker.counters().stale()).isEqualTo(1);
    assertThat(worker.counters().sessions()).isEqualTo(2);
    assertThat(client.take(WorkerOperation.POLL).request().session()).isEqualTo("s-2");
  }

  @Test
  void ignoresReassignmentOfReportedAttempt() {
    agree("s-1");
    answer(client.take(WorkerOperation.POLL), 1);
    awaitStarted(1);
    Asked<PollRequest, PollResponse> sentBefore = client.take(WorkerOperation.POLL);
    gate.open(1, "fine");
    answer(await(WorkerOperation.REPORT), Verdict.ACCEPTED);

    answer(sentBefore, 1);
    loop.pass(BATCHING_DELAY);

    assertThat(worker.counters().started()).isEqualTo(1);
    assertThat(client.take(WorkerOperation.POLL).request().held()).isEmpty();
  }

  @Test
  void startsBufferedAttemptWhenCapacityIsFree() {
    agree("s-1");
    answer(client.take(WorkerOperation.POLL), 1, 2, 3);
    awaitStarted(2);

    gate.open(1, null);

    awaitStarted(3);
  }

  @Test
  void drainsRunningAttemptsAndHandsBackBufferedAttemptsOnClose() {
    agree("s-1");
    answer(client.take(WorkerOperation.POLL), 1, 2, 3);
    awaitStarted(2);
    Asked<PollRequest, PollResponse> superseded = client.take(WorkerOperation.POLL);

    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
    Asked<PollRequest, PollResponse> poll = await(WorkerOperation.POLL);
    answer(superseded);
    assertThat(poll.request().draining()).isTrue();
    assertThat(poll.request().free()).isZero();
    loop.pass(Duration.ZERO);
    assertThat(client.take(WorkerOperation.RENEW).request().draining()).isTrue();
    assertThat(worker.status().phase()).isEqualTo(Phase.DRAINING);
    Asked<ReportRequest, ReportResponse> handedBack = await(WorkerOperation.REPORT);
    assertThat(handedBack.request().reports())
        .containsExactly(
            new AttemptReport(3, 1, AttemptReport.Outcome.HANDED_BACK, null, null, null));
    answer(handedBack, Verdict.ACCEPTED);

    gate.open(1, "one");
    answer(await(WorkerOperation.REPORT), Verdict.ACCEPTED);
    assertThat(client.isAsked(WorkerOperation.BYE)).isFalse();
    gate.open(2, "two");
    answer(await(WorkerOperation.REPORT), Verdict.ACCEPTED);
    Asked<ByeRequest, ByeResponse> bye = await(WorkerOperation.BYE);
    assertThat(bye.request()).isEqualTo(new ByeRequest("s-1", List.of()));
    bye.answer(new ByeResponse(true));

    loop.runUntil(closing::isDone);
    assertThat(worker.status().phase()).isEqualTo(Phase.STOPPED);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void handsBackRunningAttemptsAfterDrainTimeoutOnClose() {
    agree("s-1");
    answer(client.take(WorkerOperation.POLL), 1);
    awaitStarted(1);
    CompletableFuture<Void> closing = startClose();

    loop.pass(DRAIN.minusMillis(1));
    assertThat(gate.context(1).stopCause()).isEmpty();
    loop.pass(Duration.ofMillis(1));

    assertThat(gate.context(1).stopCause()).contains(StopCause.DRAINED);
    Asked<ReportRequest, ReportResponse> report = await(WorkerOperation.REPORT);
    assertThat(report.request().reports())
        .extracting(AttemptReport::outcome)
        .containsExactly(AttemptReport.Outcome.HANDED_BACK);
    answer(report, Verdict.ACCEPTED);
    await(WorkerOperation.BYE).answer(new ByeResponse(true));
    loop.runUntil(closing::isDone);
  }

  @Test
  void closesImmediatelyWithoutSession() {
    worker.start();
    client.take(WorkerOperation.HANDSHAKE).lose();

    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);

    loop.runUntil(closing::isDone);
    assertThat(client.count(WorkerOperation.BYE)).isZero();
    assertThat(worker.status().phase()).isEqualTo(Phase.STOPPED);
  }

  @Test
  void endsSessionOpenedByHandshakeDuringClose() {
    worker.start();
    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
    CompletableFuture<Void> closing = startClose();
    assertStillCloses(closing);

    handshake.answer(new HandshakeResponse("s-1", 1, 30000, 25000, 10000, null, null));

    Asked<ByeRequest, ByeResponse> bye = client.take(WorkerOperation.BYE);
    assertThat(bye.request()).isEqualTo(new ByeRequest("s-1", List.of()));
    assertThat(closing).isNotDone();
    bye.answer(new ByeResponse(true));
    loop.runUntil(closing::isDone);
    assertThat(client.count(WorkerOperation.POLL)).isZero();
    assertThat(client.count(WorkerOperation.BYE)).isEqualTo(1);
  }

  @Test
  void closesWhenPendingHandshakeFails() {
    worker.start();
    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
    CompletableFuture<Void> closing = startClose();

    handshake.refuse(ErrorCode.NOT_FOUND);

    loop.runUntil(closing::isDone);
    assertThat(client.count(WorkerOperation.DISCOVERY)).isZero();
    assertThat(client.count(WorkerOperation.BYE)).isZero();
  }

  @Test
  void waitsFiveSecondsForUnansweredHandshakeOnClose() {
    worker.start();
    client.take(WorkerOperation.HANDSHAKE);
    CompletableFuture<Void> closing = startClose();
    loop.pass(OperationTimeouts.BYE.minusMillis(1));
    assertStillCloses(closing);

    loop.pass(Duration.ofMillis(1));

    loop.runUntil(closing::isDone);
    assertThat(worker.status().phase()).isEqualTo(Phase.STOPPED);
  }

  @Test
  void endsReplacementSessionOnCloseBeforeLostAttemptsEnd() {
    agree("s-1");
    answer(client.take(WorkerOperation.POLL), 1);
    awaitStarted(1);
    client.take(WorkerOperation.POLL).refuse(ErrorCode.SESSION_GONE);
    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
    CompletableFuture<Void> closing = startClose();

    handshake.answer(new HandshakeResponse("s-2", 1, 30000, 25000, 10000, null, null));

    Asked<ByeRequest, ByeResponse> bye = client.take(WorkerOperation.BYE);
    assertThat(bye.request()).isEqualTo(new ByeRequest("s-2", List.of()));
    bye.answer(new ByeResponse(true));
    gate.open(1, null);
    loop.runUntil(
        () -> {
          answerAll();
          return closing.isDone();
        });
  }

  @Test
  void repeatsByeUntilAnswered() {
    agree("s-1");
    CompletableFuture<Void> closing = closeWhilePolling();
    await(WorkerOperation.BYE).lose();

    loop.pass(Duration.ofMillis(200));
    await(WorkerOperation.BYE).answer(new ByeResponse(true));

    loop.runUntil(closing::isDone);
  }

  @Test
  void runsAttemptsStillInTransitWhenCloseBegins() {
    agree("s-1");
    Asked<PollRequest, PollResponse> parked = client.take(WorkerOperation.POLL);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
    await(WorkerOperation.POLL);
    assertThat(client.isAsked(WorkerOperation.BYE)).isFalse();

    answer(parked, 1);
    awaitStarted(1);
    gate.open(1, "one");

    Asked<ReportRequest, ReportResponse> report = await(WorkerOperation.REPORT);
    assertThat(report.request().reports())
        .containsExactly(
            new AttemptReport(1, 1, AttemptReport.Outcome.SUCCEEDED, "one", null, null, 0L));
    answer(report, Verdict.ACCEPTED);
    await(WorkerOperation.BYE).answer(new ByeResponse(true));
    loop.runUntil(closing::isDone);
  }

  @Test
  void sendsRepeatedByeToCurrentReplicaOfSession() {
    worker.start();
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    tell("http://one:10011");
    agreeAgain("s-1");
    CompletableFuture<Void> closing = closeWhilePolling();

    await(WorkerOperation.BYE).lose();
    tell("http://two:10011");
    loop.pass(Duration.ofMillis(200));
    Asked<ByeRequest, ByeResponse> second = await(WorkerOperation.BYE);

    assertThat(second.address()).isEqualTo(URI.create("http://two:10011"));
    second.answer(new ByeResponse(true));
    loop.runUntil(closing::isDone);
  }

  @Test
  void pollsAndRenewsAtNewReplicaDespiteHangingRequestsToOldReplica() {
    worker.start();
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    tell("http://one:10011");
    agreeAgain("s-1");
    Asked<PollRequest, PollResponse> parked = client.take(WorkerOperation.POLL);
    loop.pass(Duration.ofSeconds(10));
    Asked<RenewRequest, RenewResponse> hanging = client.take(WorkerOperation.RENEW);

    parked.refuse(ErrorCode.UNAVAILABLE);
    tell("http://two:10011");

    URI other = URI.create("http://two:10011");
    Asked<PollRequest, PollResponse> poll = client.take(WorkerOperation.POLL);
    assertThat(poll.address()).isEqualTo(other);
    loop.pass(Duration.ZERO);
    Asked<RenewRequest, RenewResponse> renewal = client.take(WorkerOperation.RENEW);
    assertThat(renewal.address()).isEqualTo(other);
    renewal.answer(new RenewResponse(30000, List.of(), List.of()));
    hanging.lose();
    assertThat(worker.status().phase()).isEqualTo(Phase.AGREED);
  }

  @Test
  void endsBackoffOfAllRequestsOnFirstSuccessAfterOutage() {
    agree("s-1");
    answer(client.take(WorkerOperation.POLL), 1);
    awaitStarted(1);
    client.take(WorkerOperation.POLL).refuse(ErrorCode.UNAVAILABLE);
    gate.open(1, "fine");
    await(WorkerOperation.REPORT).refuse(ErrorCode.UNAVAILABLE);
    while (!client.isAsked(WorkerOperation.RENEW)) {
      loop.pass(Duration.ofMillis(10));
      refuseAll(WorkerOperation.POLL);
      refuseAll(WorkerOperation.REPORT);
    }

    client.take(WorkerOperation.RENEW).answer(new RenewResponse(30000, List.of(), List.of()));

    assertThat(client.isAsked(WorkerOperation.POLL)).isTrue();
    answer(client.take(WorkerOperation.REPORT), Verdict.ACCEPTED);
    assertThat(worker.counters().reported()).isEqualTo(1);
  }

  private void refuseAll(WorkerOperation<?, ?> operation) {
    while (client.isAsked(operation)) {
      client.take(operation).refuse(ErrorCode.UNAVAILABLE);
    }
  }

  private void tell(String address) {
    client
        .take(WorkerOperation.DISCOVERY)
        .answer(
            new DiscoveryResponse(List.of(new Endpoint(Protocol.HTTP, address)), 1, 1, "0.1.0"));
  }

  @Test
  void logsClosedSession() {
    agree("s-1");
    List<String> lines = new ArrayList<>();
    Handler handler =
        new StreamHandler() {
          @Override
          public synchronized void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
          }
        };
    Logger logger = Logger.getLogger(SchedulerConnection.class.getName());
    logger.addHandler(handler);
    try {
      CompletableFuture<Void> closing = closeWhilePolling();
      await(WorkerOperation.BYE).answer(new ByeResponse(true));
      loop.runUntil(closing::isDone);
    } finally {
      logger.removeHandler(handler);
    }

    assertThat(lines)
        .containsExactly(
            "Session closed: app=billing worker=w-1 scheduler=http://one:10010 session="
                + SessionHandle.of("s-1"));
  }

  @Test
  void acceptsSessionGoneAsAnswerToBye() {
    agree("s-1");
    CompletableFuture<Void> closing = closeWhilePolling();

    await(WorkerOperation.BYE).refuse(ErrorCode.SESSION_GONE);

    loop.runUntil(closing::isDone);
    assertThat(client.count(WorkerOperation.BYE)).isEqualTo(1);
  }

  @Test
  void abandonsUnansweredByeAfterTimeout() {
    agree("s-1");
    CompletableFuture<Void> closing = closeWhilePolling();
    Asked<ByeRequest, ByeResponse> first = await(WorkerOperation.BYE);
    loop.pass(Duration.ofSeconds(5).plusMillis(1));

    first.lose();

    loop.runUntil(closing::isDone);
    assertThat(client.count(WorkerOperation.BYE)).isEqualTo(1);
  }

  @Test
  void endsSessionAfterRunningWorkWhenAskedToLeave() {
    agree("s-1");
    answer(client.take(WorkerOperation.POLL), 1);
    awaitStarted(1);
    client.take(WorkerOperation.POLL).answer(new PollResponse(List.of(), List.of(), 30000, true));
    assertThat(client.isAsked(WorkerOperation.BYE)).isFalse();

    gate.open(1, null);
    answer(await(WorkerOperation.REPORT), Verdict.ACCEPTED);

    await(WorkerOperation.BYE).answer(new ByeResponse(true));
    agreeAgain("s-2");
    assertThat(worker.status().phase()).isEqualTo(Phase.AGREED);
  }

  @Test
  void endsIdleSessionImmediatelyAndOnceWhenAskedToLeave() {
    agree("s-1");

    client.take(WorkerOperation.POLL).answer(new PollResponse(List.of(), List.of(), 30000, true));

    Asked<ByeRequest, ByeResponse> bye = client.take(WorkerOperation.BYE);
    client.take(WorkerOperation.POLL).answer(new PollResponse(List.of(), List.of(), 30000, true));
    bye.answer(new ByeResponse(true));
    agreeAgain("s-2");
    assertThat(client.count(WorkerOperation.BYE)).isEqualTo(1);
    assertThat(client.count(WorkerOperation.HANDSHAKE)).isEqualTo(2);
  }

  @Test
  void reconnectsOnceWhenParkedPollEndsBeforeByeIsAnswered() {
    agree("s-1");
    client.take(WorkerOperation.POLL).answer(new PollResponse(List.of(), List.of(), 30000, true));
    Asked<ByeRequest, ByeResponse> bye = client.take(WorkerOperation.BYE);

    client.take(WorkerOperation.POLL).refuse(ErrorCode.SESSION_GONE);
    bye.answer(new ByeResponse(true));

    agreeAgain("s-2");
    assertThat(client.count(WorkerOperation.HANDSHAKE)).isEqualTo(2);
  }

  /** Asserts that a close without waiting completes in its own thread in time. */
  private static void assertStillCloses(CompletableFuture<Void> closing) {
    assertThatThrownBy(() -> closing.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  private void agree(String session) {
    worker.start();
    agreeAgain(session);
  }

  private void agreeAgain(String session) {
    await(WorkerOperation.HANDSHAKE)
        .answer(new HandshakeResponse(session, 1, 30000, 25000, 10000, Instant.now(), "0.1.0"));
  }

  private static void answer(Asked<PollRequest, PollResponse> poll, long... instances) {
    poll.answer(
        new PollResponse(
            Arrays.stream(instances).mapToObj(OrreryWorkerTest::assignment).toList(),
            List.of(),
            30000,
            false));
  }

  private static Assignment assignment(long instance) {
    return new Assignment(instance, 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null);
  }

  private static void answer(Asked<ReportRequest, ReportResponse> report, Verdict verdict) {
    report.answer(
        new ReportResponse(Collections.nCopies(report.request().reports().size(), verdict)));
  }

  private static void accept(Asked<LogsRequest, LogsResponse> logs) {
    logs.answer(
        new LogsResponse(
            logs.request().chunks().stream()
                .map(
                    chunk ->
                        new LogsResponse.Accepted(
                            chunk.instance(),
                            chunk.attempt(),
                            chunk.sequence() + chunk.lines().size() - 1))
                .toList()));
  }

  private void awaitStarted(long instance) {
    loop.runUntil(() -> gate.hasStarted(instance));
  }

  private CompletableFuture<Void> startClose() {
    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
    loop.runUntil(() -> worker.status().phase() == Phase.DRAINING);
    return closing;
  }

  /**
   * Closes while a poll is parked. The next poll announces the drain and makes the scheduler answer
   * the parked one.
   */
  private CompletableFuture<Void> closeWhilePolling() {
    Asked<PollRequest, PollResponse> parked = client.take(WorkerOperation.POLL);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
    assertThat(await(WorkerOperation.POLL).request().draining()).isTrue();
    answer(parked);
    return closing;
  }

  private <Q, A> Asked<Q, A> await(WorkerOperation<Q, A> operation) {
    loop.runUntil(
        () -> {
          loop.pass(Duration.ZERO);
          return client.isAsked(operation);
        });
    return client.take(operation);
  }

  private void answerAll() {
    while (client.isAsked(WorkerOperation.REPORT)) {
      answer(client.take(WorkerOperation.REPORT), Verdict.ACCEPTED);
    }
    while (client.isAsked(WorkerOperation.LOGS)) {
      accept(client.take(WorkerOperation.LOGS));
    }
    while (client.isAsked(WorkerOperation.BYE)) {
      client.take(WorkerOperation.BYE).answer(new ByeResponse(true));
    }
    loop.run();
  }
}
