package dev.orrery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Transport;
import dev.orrery.protocol.Verb;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.ByeAnswer;
import dev.orrery.protocol.message.DiscoveryAnswer;
import dev.orrery.protocol.message.DiscoveryAnswer.Endpoint;
import dev.orrery.protocol.message.HandshakeAnswer;
import dev.orrery.protocol.message.LogsAnswer;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.PollAnswer;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.Problem;
import dev.orrery.protocol.message.RenewAnswer;
import dev.orrery.protocol.message.Report;
import dev.orrery.protocol.message.ReportAnswer;
import dev.orrery.protocol.message.ReportAnswer.Verdict;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.worker.WorkerStatus.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker as an application starts it, against a scheduler over real HTTP. */
class OrreryWorkerOverHttpTest {
  private static final Problem GONE = Problem.of(ErrorCode.SESSION_GONE, "gone", null);

  private FakeScheduler late;

  @AfterEach
  void close() {
    if (late != null) {
      late.close();
    }
  }

  @Test
  void workerFindsItsSchedulerThroughTheApiPortAndRunsWhatItIsGiven() throws Exception {
    try (FakeScheduler protocol = serving(new FakeScheduler(), "s-1", 7);
        FakeScheduler api = new FakeScheduler()) {
      api.on(
          Verb.DISCOVERY,
          offer ->
              new DiscoveryAnswer(
                  List.of(new Endpoint(Transport.HTTP, protocol.address().toString())),
                  1,
                  1,
                  "0.1.0"));

      try (OrreryWorker worker = worker(api)) {
        assertThat(protocol.next(Verb.LOGS).chunks().get(0).lines())
            .extracting(LogsRequest.Line::text)
            .containsExactly("hello from 7");
        assertThat(protocol.next(Verb.REPORT))
            .isEqualTo(
                new ReportRequest(
                    "s-1",
                    List.of(new Report(7, 1, Report.Outcome.SUCCEEDED, "done", null, null))));
        await(() -> worker.counters().reported().sum() == 1);
        assertThat(worker.status().server()).isEqualTo(protocol.address());
        assertThat(worker.active()).isZero();
      }

      assertThat(protocol.next(Verb.BYE).session()).isEqualTo("s-1");
    }
  }

  @Test
  void refusalShowsTheSettingToChange() throws Exception {
    Problem mismatch =
        new Problem(
            null,
            null,
            409,
            ErrorCode.PROTOCOL_MISMATCH,
            "not active",
            null,
            "protocols akka",
            "protocol http",
            "worker: orrery.worker.protocol=akka");
    try (FakeScheduler api = new FakeScheduler().on(Verb.DISCOVERY, offer -> mismatch);
        OrreryWorker worker = worker(api)) {
      await(() -> worker.status().phase() == Phase.REFUSED);

      assertThat(worker.status().problem()).contains(mismatch);
    }
  }

  @Test
  void sessionThatIsGoneIsFollowedByANewOne() throws Exception {
    AtomicInteger handshakes = new AtomicInteger();
    try (FakeScheduler scheduler =
            new FakeScheduler()
                .on(Verb.HANDSHAKE, offer -> agreement("s-" + handshakes.incrementAndGet()))
                .on(
                    Verb.POLL,
                    poll -> poll.session().equals("s-1") ? GONE : parked(new CountDownLatch(1)))
                .on(Verb.BYE, bye -> new ByeAnswer(true));
        OrreryWorker worker = worker(scheduler)) {
      assertThat(scheduler.next(Verb.POLL).session()).isEqualTo("s-1");

      assertThat(scheduler.next(Verb.POLL).session()).isEqualTo("s-2");
      assertThat(worker.counters().sessions().sum()).isEqualTo(2);
    }
  }

  @Test
  void workerThatIsThereBeforeItsSchedulerWaitsForIt() throws Exception {
    int port;
    try (FakeScheduler free = new FakeScheduler()) {
      port = free.port();
    }
    try (OrreryWorker worker =
        WorkerSettings.of("billing", "t").server("http://127.0.0.1:" + port).start()) {
      await(() -> worker.status().phase() == Phase.UNREACHABLE);
      assertThat(worker.status().problem().orElseThrow().detail()).startsWith("Nothing answers");

      late = serving(new FakeScheduler(port), "s-1");
      await(() -> worker.status().phase() == Phase.AGREED);
      assertThat(late.next(Verb.HANDSHAKE).app()).isEqualTo("billing");
    }
  }

  private static OrreryWorker worker(FakeScheduler scheduler) {
    return WorkerSettings.of("billing", "t")
        .server(scheduler.address().toString())
        .processor(
            "noop",
            context -> {
              context.log("hello from " + context.instance());
              return "done";
            })
        .drainTimeout(Duration.ZERO)
        .start();
  }

  /** Gives each of the instances once, and parks polls then. */
  private static FakeScheduler serving(FakeScheduler scheduler, String session, long... instances) {
    AtomicInteger given = new AtomicInteger();
    CountDownLatch leaving = new CountDownLatch(1);
    return scheduler
        .on(Verb.HANDSHAKE, offer -> agreement(session))
        .on(Verb.POLL, poll -> pollAnswer(poll, given, instances, leaving))
        .on(Verb.RENEW, renewal -> new RenewAnswer(30000, List.of(), List.of()))
        .on(Verb.LOGS, OrreryWorkerOverHttpTest::accepted)
        .on(
            Verb.REPORT,
            request ->
                new ReportAnswer(
                    request.reports().stream().map(report -> Verdict.ACCEPTED).toList()))
        .on(
            Verb.BYE,
            bye -> {
              leaving.countDown();
              return new ByeAnswer(true);
            });
  }

  private static PollAnswer pollAnswer(
      PollRequest poll, AtomicInteger given, long[] instances, CountDownLatch leaving) {
    int number = poll.free() == 0 ? instances.length : given.getAndIncrement();
    if (number >= instances.length) {
      return parked(leaving);
    }
    return new PollAnswer(
        List.of(
            new Assignment(
                instances[number], 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null)),
        List.of(),
        30000,
        false);
  }

  private static PollAnswer parked(CountDownLatch until) {
    try {
      until.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new PollAnswer(List.of(), List.of(), 30000, false);
  }

  private static LogsAnswer accepted(LogsRequest request) {
    return new LogsAnswer(
        request.chunks().stream()
            .map(
                chunk ->
                    new LogsAnswer.Accepted(
                        chunk.instance(),
                        chunk.attempt(),
                        chunk.sequence() + chunk.lines().size() - 1))
            .toList());
  }

  private static HandshakeAnswer agreement(String session) {
    return new HandshakeAnswer(session, 1, 30000, 25000, 10000, Instant.now(), "0.1.0");
  }

  private static void await(BooleanSupplier condition) {
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(condition::getAsBoolean);
  }
}
