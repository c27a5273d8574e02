package dev.orrery.worker.report;

import static dev.orrery.worker.attempt.HeldAttemptAttempts.ended;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.protocol.retry.Backoff;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.FakeProtocolClient;
import dev.orrery.worker.client.FakeProtocolClient.Asked;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.core.ManualEventLoop;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReporterTest {
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final FakeProtocolClient client = new FakeProtocolClient(loop);
  private final ActivityCounters counters = new ActivityCounters();
  private final List<HeldAttempt> taken = new ArrayList<>();
  private URI address = URI.create("http://one:10010");
  private final Reporter reporter =
      new Reporter(
          loop,
          client,
          () -> address,
          new FailureBackoff(
              new Backoff(FIRST_RETRY.multipliedBy(2), Duration.ofSeconds(5)), () -> 0),
          counters,
          taken::add);

  @Test
  void sendsReportImmediatelyToCurrentScheduler() {
    reporter.add(ended("s-1", 7, "partly", "exit code 1"));

    Asked<ReportRequest, ReportResponse> asked = client.take(WorkerOperation.REPORT);
    assertThat(asked.address()).isEqualTo(address);
    assertThat(asked.request())
        .isEqualTo(
            new ReportRequest(
                "s-1",
                List.of(
                    new AttemptReport(
                        7, 1, AttemptReport.Outcome.FAILED, "partly", "exit code 1", null))));
  }

  @Test
  void flagsReportWithIncompleteLog() {
    HeldAttempt held = ended("s-1", 7);
    held.markLogIncomplete();

    reporter.add(held);

    assertThat(client.take(WorkerOperation.REPORT).request().reports().get(0).logIncomplete())
        .isTrue();
  }

  @Test
  void passesOnAndCountsAcceptedReport() {
    HeldAttempt one = ended("s-1", 1);
    HeldAttempt two = ended("s-1", 2);
    reporter.add(one);
    answer(client.take(WorkerOperation.REPORT), Verdict.ACCEPTED);
    reporter.add(two);
    answer(client.take(WorkerOperation.REPORT), Verdict.ALREADY_ACCEPTED);

    assertThat(taken).containsExactly(one, two);
    assertThat(counters.reported()).isEqualTo(2);
    assertThat(counters.stale()).isZero();
  }

  @Test
  void countsStaleReportWithoutRetry() {
    HeldAttempt one = ended("s-1", 1);
    reporter.add(one);

    answer(client.take(WorkerOperation.REPORT), Verdict.STALE);

    assertThat(taken).containsExactly(one);
    assertThat(counters.stale()).isEqualTo(1);
    assertThat(counters.reported()).isZero();
    assertThat(client.isAsked(WorkerOperation.REPORT)).isFalse();
  }

  @Test
  void appliesVerdictToEachReportSeparately() {
    reporter.add(ended("s-1", 1));
    reporter.add(ended("s-1", 2));
    reporter.add(ended("s-1", 3));

    answer(client.take(WorkerOperation.REPORT), Verdict.ACCEPTED, Verdict.STALE, Verdict.ACCEPTED);

    assertThat(counters.reported()).isEqualTo(2);
    assertThat(counters.stale()).isEqualTo(1);
  }

  @Test
  void sendsAttemptsThatEndTogetherInOneRequest() {
    reporter.add(ended("s-1", 1));
    reporter.add(ended("s-1", 2));

    assertThat(instances(client.take(WorkerOperation.REPORT))).containsExactly(1L, 2L);
    assertThat(client.count(WorkerOperation.REPORT)).isOne();
  }

  @Test
  void sendsAttemptsEndedDuringRequestInNextRequest() {
    reporter.add(ended("s-1", 1));
    Asked<ReportRequest, ReportResponse> first = client.take(WorkerOperation.REPORT);
    reporter.add(ended("s-1", 2));
    reporter.add(ended("s-1", 3));

    assertThat(client.isAsked(WorkerOperation.REPORT)).isFalse();
    answer(first, Verdict.ACCEPTED);

    assertThat(instances(client.take(WorkerOperation.REPORT))).containsExactly(2L, 3L);
  }

  @Test
  void keepsReportsWhileSchedulerIsUnreachable() {
    reporter.add(ended("s-1", 1));
    client.take(WorkerOperation.REPORT).lose();
    reporter.add(ended("s-1", 2));
    assertThat(client.isAsked(WorkerOperation.REPORT)).isFalse();

    loop.pass(FIRST_RETRY);
    Asked<ReportRequest, ReportResponse> second = client.take(WorkerOperation.REPORT);
    assertThat(instances(second)).containsExactly(1L, 2L);
    second.lose();
    loop.pass(FIRST_RETRY);
    assertThat(client.isAsked(WorkerOperation.REPORT)).isFalse();
    loop.pass(FIRST_RETRY);
    answer(client.take(WorkerOperation.REPORT), Verdict.ALREADY_ACCEPTED, Verdict.ACCEPTED);

    assertThat(taken).hasSize(2);
    assertThat(counters.reported()).isEqualTo(2);
  }

  @Test
  void resetsBackoffOnAcceptedReport() {
    reporter.add(ended("s-1", 1));
    client.take(WorkerOperation.REPORT).lose();
    loop.pass(FIRST_RETRY);
    client.take(WorkerOperation.REPORT).lose();
    loop.pass(FIRST_RETRY.multipliedBy(2));
    accept(client.take(WorkerOperation.REPORT));
    reporter.add(ended("s-1", 2));
    client.take(WorkerOperation.REPORT).lose();

    loop.pass(FIRST_RETRY);

    assertThat(client.isAsked(WorkerOperation.REPORT)).isTrue();
  }

  @Test
  void retriesImmediatelyAtNewAddressOnRequest() {
    reporter.add(ended("s-1", 1));
    client.take(WorkerOperation.REPORT).lose();
    address = URI.create("http://two:10010");

    reporter.retryNow();

    assertThat(client.take(WorkerOperation.REPORT).address()).isEqualTo(address);
    loop.pass(Duration.ofMinutes(1));
    assertThat(client.count(WorkerOperation.REPORT)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"OVERLOADED", "UNAVAILABLE", "INTERNAL", "UNAUTHENTICATED", "NOT_FOUND", "UNKNOWN"})
  void keepsReportsOnTemporaryRefusal(ErrorCode code) {
    reporter.add(ended("s-1", 1));

    client.take(WorkerOperation.REPORT).refuse(code);
    loop.pass(FIRST_RETRY);

    assertThat(taken).isEmpty();
    assertThat(instances(client.take(WorkerOperation.REPORT))).containsExactly(1L);
  }

  /** The scheduler fails on one report, and would fail on the same batch every time. */
  @Test
  void deliversRemainingReportsDespiteReportFailingAtScheduler() {
    for (int i = 1; i <= 9; i++) {
      reporter.add(ended("s-1", i));
    }

    int requests = 0;
    while (taken.size() < 8 && requests++ < 50) {
      Asked<ReportRequest, ReportResponse> asked = client.take(WorkerOperation.REPORT);
      if (instances(asked).contains(5L)) {
        asked.refuse(ErrorCode.INTERNAL);
        loop.pass(Duration.ofSeconds(5));
      } else {
        accept(asked);
      }
    }

    assertThat(taken).extracting(held -> held.ref().instance()).doesNotContain(5L).hasSize(8);
    assertThat(requests).isLessThan(12);
  }

  @Test
  void growsBatchesAfterAcceptedReports() {
    for (int i = 1; i <= 8; i++) {
      reporter.add(ended("s-1", i));
    }
    client.take(WorkerOperation.REPORT).refuse(ErrorCode.INTERNAL);
    loop.pass(Duration.ofSeconds(5));
    client.take(WorkerOperation.REPORT).refuse(ErrorCode.INTERNAL);
    loop.pass(Duration.ofSeconds(5));

    List<Integer> sizes = new ArrayList<>();
    while (client.isAsked(WorkerOperation.REPORT)) {
      Asked<ReportRequest, ReportResponse> asked = client.take(WorkerOperation.REPORT);
      sizes.add(asked.request().reports().size());
      accept(asked);
    }

    assertThat(sizes).containsExactly(2, 4, 2);
  }

  @Test
  void keepsBatchSizeWhenSchedulerIsUnavailable() {
    reporter.add(ended("s-1", 1));
    reporter.add(ended("s-1", 2));

    client.take(WorkerOperation.REPORT).refuse(ErrorCode.UNAVAILABLE);
    loop.pass(Duration.ofSeconds(5));

    assertThat(instances(client.take(WorkerOperation.REPORT))).containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION_GONE", "MALFORMED", "INVALID", "TOO_LARGE"})
  void dropsReportsAsStaleOnFinalRefusal(ErrorCode code) {
    reporter.add(ended("s-1", 1));

    client.take(WorkerOperation.REPORT).refuse(code);

    assertThat(taken).hasSize(1);
    assertThat(counters.stale()).isEqualTo(1);
    assertThat(loop.timers()).isZero();
  }

  @Test
  void retriesReportsWhenAnswerHasTooFewVerdicts() {
    reporter.add(ended("s-1", 1));

    answer(client.take(WorkerOperation.REPORT));
    loop.pass(FIRST_RETRY);

    assertThat(taken).isEmpty();
    assertThat(instances(client.take(WorkerOperation.REPORT))).containsExactly(1L);
  }

  @Test
  void sendsReportsUnderTheirOwnSession() {
    reporter.add(ended("s-1", 2));
    reporter.add(ended("s-2", 3));
    reporter.add(ended("s-1", 4));

    Asked<ReportRequest, ReportResponse> first = client.take(WorkerOperation.REPORT);
    assertThat(first.request().session()).isEqualTo("s-1");
    assertThat(instances(first)).containsExactly(2L);
    answer(first, Verdict.ACCEPTED);

    Asked<ReportRequest, ReportResponse> second = client.take(WorkerOperation.REPORT);
    assertThat(second.request().session()).isEqualTo("s-2");
    assertThat(instances(second)).containsExactly(3L);
  }

  @Test
  void limitsRequestToThousandReports() {
    for (int i = 1; i <= 1500; i++) {
      reporter.add(ended("s-1", i));
    }

    Asked<ReportRequest, ReportResponse> first = client.take(WorkerOperation.REPORT);
    assertThat(first.request().reports()).hasSize(1000);
    accept(first);

    assertThat(client.take(WorkerOperation.REPORT).request().reports()).hasSize(500);
  }

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void keepsReportRequestBelowMaximumMessageSize(Protocol protocol) throws Exception {
    client.be(protocol);
    String result = "\u0001".repeat(16 * 1024);
    String error = "\uFFFD".repeat(4 * 1024);
    for (int i = 1; i <= 200; i++) {
      reporter.add(ended("s-1", i, result, error));
    }

    while (taken.size() < 200) {
      Asked<ReportRequest, ReportResponse> asked = client.take(WorkerOperation.REPORT);
      assertThat(bytes(asked.request())).isLessThan(protocol.maxMessageBytes());
      accept(asked);
    }
    assertThat(taken).extracting(held -> held.ref().instance()).isSorted().hasSize(200);
  }

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void truncatesHugeResultToFitMessage(Protocol protocol) throws Exception {
    client.be(protocol);
    reporter.add(ended("s-1", 1, "\u0001".repeat(10_000_000), "\u0001".repeat(10_000_000)));

    ReportRequest request = client.take(WorkerOperation.REPORT).request();

    assertThat(bytes(request)).isLessThan(protocol.maxMessageBytes());
    assertThat(ResultText.cutInWords(request.reports().get(0).result()))
        .contains("had 10,000,000 bytes; at most 16,384 are kept");
  }

  private static int bytes(ReportRequest request) throws JsonProcessingException {
    return new ObjectMapper().writeValueAsBytes(request).length;
  }

  private static List<Long> instances(Asked<ReportRequest, ReportResponse> asked) {
    return asked.request().reports().stream().map(AttemptReport::instance).toList();
  }

  private static void answer(Asked<ReportRequest, ReportResponse> asked, Verdict... verdicts) {
    asked.answer(new ReportResponse(List.of(verdicts)));
  }

  private static void accept(Asked<ReportRequest, ReportResponse> asked) {
    asked.answer(
        new ReportResponse(
            Collections.nCopies(asked.request().reports().size(), Verdict.ACCEPTED)));
  }
}
