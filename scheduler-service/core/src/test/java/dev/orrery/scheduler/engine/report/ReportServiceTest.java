package dev.orrery.scheduler.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.ScriptedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.completion.AfterCommit;
import dev.orrery.scheduler.engine.dispatch.RecordingPollService;
import dev.orrery.scheduler.engine.report.AttemptSuccessStore.Completed;
import dev.orrery.scheduler.engine.worker.Capabilities;
import dev.orrery.scheduler.engine.worker.LiveSessions;
import dev.orrery.scheduler.engine.worker.Session;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.model.instance.Fence;
import dev.orrery.scheduler.model.instance.InstanceCounters;
import dev.orrery.scheduler.testkit.TestMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Verdicts on reports and the hints that follow, depending on answers of the database. */
class ReportServiceTest {
  private static final long JOB = 42;

  private final ScriptedDatabase database = new ScriptedDatabase();
  private final ManualExecutor executor = new ManualExecutor();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private final RecordingPollService polls = new RecordingPollService();
  private final Session session =
      LiveSessions.session(
          new Capabilities(1, List.of("noop"), List.of()), 5, new SettableTicker());
  private final ReportService reports =
      new ReportService(
          database,
          null,
          LiveSessions.only(session),
          polls,
          null,
          hints,
          executor,
          InstanceCounters.in(registry),
          new ReportMetrics(registry),
          TestMetrics.commits());

  private static AttemptReport report(long instance, Outcome outcome) {
    return new AttemptReport(instance, 1, outcome, null, null, null);
  }

  private Fence fence(long instance) {
    return new Fence(new AttemptRef(instance, 1), session.id());
  }

  private Completed completed(Set<Long> limitedJobs, long... instances) {
    Set<Fence> fences = new HashSet<>();
    for (long instance : instances) {
      fences.add(fence(instance));
    }
    return new Completed(fences, limitedJobs, 0, Set.of());
  }

  private AfterCommit requeued(long instance) {
    return new AfterCommit(
        Set.of(fence(instance)), Set.of(7), Set.of(JOB), Set.of(), Duration.ofSeconds(2), () -> {});
  }

  private CompletableFuture<ReportResponse> submit(AttemptReport... all) {
    return reports.report(Caller.ADMIN, new ReportRequest(session.id().toString(), List.of(all)));
  }

  private List<Verdict> verdictsOf(AttemptReport... all) {
    CompletableFuture<ReportResponse> answer = submit(all);
    executor.runAll();
    return answer.join().verdicts();
  }

  @Test
  void publishesUnblockHintAfterSuccessOfLimitedJob() {
    database.answering(completed(Set.of(JOB), 1));

    assertThat(verdictsOf(report(1, Outcome.SUCCEEDED))).containsExactly(Verdict.ACCEPTED);

    assertThat(heard.all()).containsExactly(new Hint.Unblock(Set.of(JOB)));
  }

  @Test
  void publishesNoHintAfterSuccessOfUnlimitedJob() {
    database.answering(completed(Set.of(), 1));

    assertThat(verdictsOf(report(1, Outcome.SUCCEEDED))).containsExactly(Verdict.ACCEPTED);

    assertThat(heard.all()).isEmpty();
  }

  @Test
  void publishesHintForParentsOfSucceededParts() {
    database.answering(new Completed(Set.of(fence(1), fence(2)), Set.of(), 2, Set.of(9L)));

    assertThat(verdictsOf(report(1, Outcome.SUCCEEDED), report(2, Outcome.SUCCEEDED)))
        .containsExactly(Verdict.ACCEPTED, Verdict.ACCEPTED);

    assertThat(heard.all()).containsExactly(new Hint.ChildrenEnded(Set.of(9L)));
  }

  @Test
  void publishesHintsAfterFailureReport() {
    database.answering(requeued(1));

    assertThat(verdictsOf(report(1, Outcome.FAILED))).containsExactly(Verdict.ACCEPTED);

    assertThat(heard.all())
        .containsExactly(
            new Hint.LanesReady(Set.of(7), false),
            new Hint.Unblock(Set.of(JOB)),
            new Hint.DueIn(Duration.ofSeconds(2)));
  }

  @Test
  void fallsBackToFullCompletionWhenFastPathFindsNoAttempt() {
    database.answering(completed(Set.of()), requeued(1));

    assertThat(verdictsOf(report(1, Outcome.SUCCEEDED))).containsExactly(Verdict.ACCEPTED);
  }

  @Test
  void returnsVerdictsInOrderOfReports() {
    database.answering(completed(Set.of(), 1), AfterCommit.NOTHING, Set.of(fence(2)));

    assertThat(
            verdictsOf(
                report(3, Outcome.FAILED),
                report(2, Outcome.SUCCEEDED),
                report(1, Outcome.SUCCEEDED)))
        .containsExactly(Verdict.STALE, Verdict.ALREADY_ACCEPTED, Verdict.ACCEPTED);
    assertThat(count("stale")).isEqualTo(1);
    assertThat(count("already_accepted")).isEqualTo(1);
    assertThat(count("accepted")).isEqualTo(1);
  }

  private double count(String verdict) {
    return registry.get("orrery.reports").tag("verdict", verdict).counter().count();
  }

  @Test
  void answersDuplicateReportsOfGroupWithSameVerdict() {
    CompletableFuture<ReportResponse> first = submit(report(1, Outcome.SUCCEEDED));
    CompletableFuture<ReportResponse> second = submit(report(1, Outcome.FAILED));
    database.answering(completed(Set.of(), 1));

    executor.runAll();

    assertThat(first.join().verdicts()).containsExactly(Verdict.ACCEPTED);
    assertThat(second.join().verdicts()).containsExactly(Verdict.ACCEPTED);
  }

  @Test
  void marksAttemptsReportedForPollsRegardlessOfVerdict() {
    database.answering(completed(Set.of(), 1), AfterCommit.NOTHING, Set.of());

    verdictsOf(report(1, Outcome.SUCCEEDED), report(2, Outcome.FAILED));

    assertThat(polls.reported()).containsExactly(new AttemptRef(1, 1), new AttemptRef(2, 1));
  }

  @Test
  void publishesNothingOnDatabaseOutage() {
    database.answering(DatabaseFailures.outage());
    CompletableFuture<ReportResponse> answer = submit(report(1, Outcome.SUCCEEDED));

    executor.runAll();

    assertThat(answer).isCompletedExceptionally();
    assertThat(heard.all()).isEmpty();
    assertThat(polls.reported()).isEmpty();
  }

  @Test
  void answersEmptyReportRequestWithoutDatabaseCall() {
    assertThat(submit().join().verdicts()).isEmpty();
    assertThat(executor.waiting()).isZero();
  }
}
