package dev.orrery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.DiscoveryResponse.Endpoint;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.testing.MutualTlsServer;
import dev.orrery.testing.MutualTlsServer.Request;
import dev.orrery.worker.WorkerStatus.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts a worker as an application does, against a scheduler over real HTTP. */
@Tag("slow")
class OrreryWorkerOverHttpTest {
  private static final ProblemDetail GONE = ProblemDetail.of(ErrorCode.SESSION_GONE, "gone", null);

  private static final ProblemDetail PROTOCOL_IS_NOT_ACTIVE =
      new ProblemDetail(
          null,
          null,
          409,
          ErrorCode.PROTOCOL_MISMATCH,
          "not active",
          null,
          "protocols akka",
          "protocol http",
          "worker: orrery.worker.protocol=akka");

  private FakeScheduler late;

  @AfterEach
  void close() {
    if (late != null) {
      late.close();
    }
  }

  @Test
  void discoversSchedulerThroughApiPortAndRunsAssignments() throws Exception {
    try (FakeScheduler protocol = serving(new FakeScheduler(), "s-1", 7);
        FakeScheduler api = new FakeScheduler()) {
      api.on(
          WorkerOperation.DISCOVERY,
          offer ->
              new DiscoveryResponse(
                  List.of(new Endpoint(Protocol.HTTP, protocol.address().toString())),
                  1,
                  1,
                  "0.1.0"));

      try (OrreryWorker worker = worker(api)) {
        assertThat(protocol.next(WorkerOperation.LOGS).chunks().get(0).lines())
            .extracting(LogsRequest.Line::text)
            .containsExactly("hello from 7");
        assertThat(protocol.next(WorkerOperation.REPORT))
            .usingRecursiveComparison()
            .ignoringFields("reports.runTime")
            .isEqualTo(
                new ReportRequest(
                    "s-1",
                    List.of(
                        new AttemptReport(
                            7, 1, AttemptReport.Outcome.SUCCEEDED, "done", null, null))));
        await(() -> worker.counters().reported() == 1);
        assertThat(worker.status().server()).isEqualTo(protocol.address());
        assertThat(worker.load().active()).isZero();
      }

      assertThat(protocol.next(WorkerOperation.BYE).session()).isEqualTo("s-1");
    }
  }

  @Test
  void namesWorkerSettingToChangeOnRefusal() throws Exception {
    ProblemDetail noToken = ProblemDetail.of(ErrorCode.UNAUTHENTICATED, "unknown token", null);

    assertThat(settingToChange(PROTOCOL_IS_NOT_ACTIVE, names -> names))
        .isEqualTo("worker: WorkerSettings.protocol=akka");
    assertThat(settingToChange(noToken, names -> names))
        .isEqualTo("worker: WorkerSettings.of(…, token)");
  }

  @Test
  void namesSettingToChangeByCustomSettingName() throws Exception {
    assertThat(
            settingToChange(
                PROTOCOL_IS_NOT_ACTIVE, settings -> settings.settingNames(key -> "my " + key)))
        .isEqualTo("worker: my orrery.worker.protocol=akka");
  }

  private static String settingToChange(
      ProblemDetail refusal, UnaryOperator<WorkerSettings> changed) throws Exception {
    try (FakeScheduler api = new FakeScheduler().on(WorkerOperation.DISCOVERY, offer -> refusal);
        OrreryWorker worker = changed.apply(settings(api)).start()) {
      await(() -> worker.status().phase() == Phase.REFUSED);
      return worker.status().problem().orElseThrow().settingToChange().orElseThrow();
    }
  }

  @Test
  void opensNewSessionAfterSessionGone() throws Exception {
    AtomicInteger handshakes = new AtomicInteger();
    try (FakeScheduler scheduler =
            new FakeScheduler()
                .on(
                    WorkerOperation.HANDSHAKE,
                    offer -> agreement("s-" + handshakes.incrementAndGet()))
                .on(
                    WorkerOperation.POLL,
                    poll -> poll.session().equals("s-1") ? GONE : parked(new CountDownLatch(1)))
                .on(WorkerOperation.BYE, bye -> new ByeResponse(true));
        OrreryWorker worker = worker(scheduler)) {
      assertThat(scheduler.next(WorkerOperation.POLL).session()).isEqualTo("s-1");

      assertThat(scheduler.next(WorkerOperation.POLL).session()).isEqualTo("s-2");
      assertThat(worker.counters().sessions()).isEqualTo(2);
    }
  }

  @Test
  void waitsForSchedulerThatStartsLater() throws Exception {
    int port;
    try (FakeScheduler free = new FakeScheduler()) {
      port = free.port();
    }
    try (OrreryWorker worker =
        WorkerSettings.of("billing", "t")
            .server("http://127.0.0.1:" + port)
            .processor("noop", context -> null)
            .start()) {
      await(() -> worker.status().phase() == Phase.UNREACHABLE);
      assertThat(worker.status().problem().orElseThrow().detail()).startsWith("Cannot connect to");

      late = serving(new FakeScheduler(port), "s-1");
      await(() -> worker.status().phase() == Phase.AGREED);
      assertThat(late.next(WorkerOperation.HANDSHAKE).app()).isEqualTo("billing");
    }
  }

  @Test
  void sendsRenewedTokenOverMutualTls(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "first\n");
    try (MutualTlsServer server = new MutualTlsServer(directory);
        OrreryWorker worker =
            WorkerSettings.ofTokenFile("billing", file)
                .server(server.url())
                .sslContext(server.context())
                .processor("noop", context -> null)
                .start()) {
      await(() -> server.requests().contains(new Request("/worker/v1/handshake", "first")));

      Files.writeString(file, "second");

      await(() -> server.requests().contains(new Request("/worker/v1/handshake", "second")));
      assertThat(worker.status().phase()).isNotEqualTo(Phase.STOPPED);
    }
  }

  @Test
  void explainsUntrustedServerCertificate(@TempDir Path directory) {
    try (MutualTlsServer server = new MutualTlsServer(directory);
        OrreryWorker worker =
            WorkerSettings.of("billing", "t")
                .server(server.url())
                .processor("noop", context -> null)
                .start()) {
      await(() -> worker.status().phase() == Phase.UNREACHABLE);

      assertThat(worker.status().problem().orElseThrow().detail())
          .startsWith("Failed to agree on TLS with " + server.url() + ": ")
          .endsWith(". The worker must trust the certificate there, which must name that host.");
      assertThat(server.requests()).isEmpty();
    }
  }

  private static OrreryWorker worker(FakeScheduler scheduler) {
    return settings(scheduler).start();
  }

  private static WorkerSettings settings(FakeScheduler scheduler) {
    return WorkerSettings.of("billing", "t")
        .server(scheduler.address().toString())
        .processor(
            "noop",
            context -> {
              context.log("hello from " + context.instance());
              return "done";
            })
        .drainTimeout(Duration.ZERO);
  }

  /** Delivers each of the instances once, then parks polls. */
  private static FakeScheduler serving(FakeScheduler scheduler, String session, long... instances) {
    AtomicInteger given = new AtomicInteger();
    CountDownLatch leaving = new CountDownLatch(1);
    return scheduler
        .on(WorkerOperation.HANDSHAKE, offer -> agreement(session))
        .on(WorkerOperation.POLL, poll -> pollAnswer(poll, given, instances, leaving))
        .on(WorkerOperation.RENEW, renewal -> new RenewResponse(30000, List.of(), List.of()))
        .on(WorkerOperation.LOGS, OrreryWorkerOverHttpTest::accepted)
        .on(
            WorkerOperation.REPORT,
            request ->
                new ReportResponse(
                    request.reports().stream().map(report -> Verdict.ACCEPTED).toList()))
        .on(
            WorkerOperation.BYE,
            bye -> {
              leaving.countDown();
              return new ByeResponse(true);
            });
  }

  private static PollResponse pollAnswer(
      PollRequest poll, AtomicInteger given, long[] instances, CountDownLatch leaving) {
    int number = poll.free() == 0 ? instances.length : given.getAndIncrement();
    if (number >= instances.length) {
      return parked(leaving);
    }
    return new PollResponse(
        List.of(
            new Assignment(
                instances[number], 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null)),
        List.of(),
        30000,
        false);
  }

  private static PollResponse parked(CountDownLatch until) {
    try {
      until.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new PollResponse(List.of(), List.of(), 30000, false);
  }

  private static LogsResponse accepted(LogsRequest request) {
    return new LogsResponse(
        request.chunks().stream()
            .map(
                chunk ->
                    new LogsResponse.Accepted(
                        chunk.instance(),
                        chunk.attempt(),
                        chunk.sequence() + chunk.lines().size() - 1))
            .toList());
  }

  private static HandshakeResponse agreement(String session) {
    return new HandshakeResponse(session, 1, 30000, 25000, 10000, Instant.now(), "0.1.0");
  }

  private static void await(BooleanSupplier condition) {
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(condition::getAsBoolean);
  }
}
