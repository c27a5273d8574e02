package dev.orrery.scheduler.engine.report;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.engine.completion.AfterCommit;
import dev.orrery.scheduler.engine.completion.AttemptCompletionService;
import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.engine.completion.InstanceMetrics;
import dev.orrery.scheduler.engine.dispatch.PollService;
import dev.orrery.scheduler.engine.logs.LogIntake;
import dev.orrery.scheduler.engine.report.AttemptSuccessStore.Completed;
import dev.orrery.scheduler.engine.worker.SessionRegistry;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;
import dev.orrery.scheduler.model.instance.InstanceState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Accepts reports of ended attempts, many in one commit. */
@ApplicationScoped
public class ReportService {
  private final EngineDatabase database;
  private final AttemptCompletionService completion;
  private final SessionRegistry sessions;
  private final PollService polls;
  private final LogIntake logs;
  private final HintBus hints;
  private final InstanceMetrics instances;
  private final ReportMetrics metrics;
  private final GroupCommit<Bundle, List<Verdict>> group;

  ReportService(
      EngineDatabase database,
      AttemptCompletionService completion,
      SessionRegistry sessions,
      PollService polls,
      LogIntake logs,
      HintBus hints,
      EngineExecutor executor,
      InstanceMetrics instances,
      ReportMetrics metrics,
      CommitMetrics groups) {
    this.database = database;
    this.completion = completion;
    this.sessions = sessions;
    this.polls = polls;
    this.logs = logs;
    this.hints = hints;
    this.instances = instances;
    this.metrics = metrics;
    this.group =
        groups.watch(
            new GroupCommit<>(
                ReportLimits.COMMIT,
                executor,
                bundle -> ReportLimits.weight(bundle.ends()),
                bundle -> null,
                this::commit));
  }

  /** The reports of one request, in its order. */
  private record Bundle(List<EndedAttempt> ends, Set<AttemptRef> logIncomplete) {}

  /**
   * Checks each report separately, even if its session has ended.
   *
   * @return committed verdicts in the order of the request, or a {@link
   *     dev.orrery.scheduler.base.problem.ProblemException}: {@code SESSION_GONE} for a session
   *     that the app never had, {@code OVERLOADED}
   */
  public CompletableFuture<ReportResponse> report(Caller caller, ReportRequest request) {
    return sessions
        .findIncludingEnded(caller, request.session())
        .thenCompose(
            session ->
                request.reports().isEmpty()
                    ? CompletableFuture.completedFuture(new ReportResponse(List.of()))
                    : submit(caller, session, request.reports()));
  }

  /**
   * Ends attempts of which a worker knows nothing any more, without an end of its session: they
   * count as lost, and miss what they logged last.
   *
   * @param error what is known about it
   * @return as {@link #report}
   */
  public CompletableFuture<ReportResponse> lost(
      Caller caller, String session, List<AttemptRef> attempts, String error) {
    return sessions
        .findIncludingEnded(caller, session)
        .thenCompose(
            found ->
                submit(
                    caller,
                    found,
                    attempts.stream()
                        .map(
                            attempt ->
                                EndedAttempt.declared(
                                    new Fence(attempt, found), AttemptEnd.LOST, error))
                        .toList(),
                    Set.copyOf(attempts)));
  }

  private CompletableFuture<ReportResponse> submit(
      Caller caller, UUID session, List<AttemptReport> reports) {
    List<EndedAttempt> ends = reports.stream().map(report -> ended(session, report)).toList();
    Set<AttemptRef> logIncomplete =
        reports.stream()
            .filter(report -> Boolean.TRUE.equals(report.logIncomplete()))
            .map(AttemptReport::ref)
            .collect(Collectors.toSet());
    return submit(caller, session, ends, logIncomplete);
  }

  private CompletableFuture<ReportResponse> submit(
      Caller caller, UUID session, List<EndedAttempt> ends, Set<AttemptRef> logIncomplete) {
    return group
        .submit(caller.shareApp(), new Bundle(ends, logIncomplete))
        .thenApply(
            verdicts -> {
              metrics.judged(verdicts);
              polls.reported(session, ends.stream().map(end -> end.fence().attempt()).toList());
              return new ReportResponse(verdicts);
            });
  }

  private static EndedAttempt ended(UUID session, AttemptReport report) {
    Outcome outcome = report.outcome() == null ? Outcome.FAILED : report.outcome();
    return new EndedAttempt(
        new Fence(report.ref(), session),
        AttemptEnd.of(outcome),
        true,
        ReportLimits.result(report.result()),
        ReportLimits.error(report.error()),
        ReportLimits.runTime(report.runTime()),
        false,
        outcome == Outcome.FAILED && Boolean.TRUE.equals(report.nonRetryable()));
  }

  private List<List<Verdict>> commit(List<Bundle> bundles) {
    // Duplicate reports in one group count once and get the same verdict.
    Map<Fence, EndedAttempt> ends = new LinkedHashMap<>();
    bundles.stream()
        .flatMap(bundle -> bundle.ends().stream())
        .forEach(end -> ends.putIfAbsent(end.fence(), end));

    Set<Fence> accepted = new HashSet<>(completeSuccesses(ends));
    List<EndedAttempt> others =
        ends.values().stream().filter(end -> !accepted.contains(end.fence())).toList();
    accepted.addAll(complete(others));

    markIncompleteLogs(bundles, accepted);

    List<Fence> missed = ends.keySet().stream().filter(f -> !accepted.contains(f)).toList();
    Set<Fence> before =
        missed.isEmpty()
            ? Set.of()
            : database.autocommit(
                connection -> AttemptSuccessStore.acceptedBefore(connection, missed));
    return bundles.stream().map(bundle -> verdicts(bundle, accepted, before)).toList();
  }

  private void markIncompleteLogs(List<Bundle> bundles, Set<Fence> accepted) {
    Set<AttemptRef> incomplete = new HashSet<>();
    bundles.forEach(bundle -> incomplete.addAll(bundle.logIncomplete()));
    if (!incomplete.isEmpty()) {
      logs.markIncomplete(
          accepted.stream().map(Fence::attempt).filter(incomplete::contains).toList());
    }
  }

  private Set<Fence> completeSuccesses(Map<Fence, EndedAttempt> ends) {
    List<EndedAttempt> successes =
        ends.values().stream().filter(end -> end.end() == AttemptEnd.SUCCEEDED).toList();
    if (successes.isEmpty()) {
      return Set.of();
    }
    Completed completed =
        database.autocommit(connection -> AttemptSuccessStore.complete(connection, successes));
    instances.ended(InstanceState.SUCCEEDED, completed.fences().size() - completed.parts());
    instances.partsEnded(InstanceState.SUCCEEDED, completed.parts());
    hints.unblock(completed.limitedJobs());
    hints.childrenEnded(completed.parents());
    return completed.fences();
  }

  private Set<Fence> complete(List<EndedAttempt> ends) {
    if (ends.isEmpty()) {
      return Set.of();
    }
    AfterCommit afterCommit =
        database.transaction(connection -> completion.complete(connection, ends));
    afterCommit.publish(hints);
    return afterCommit.completed();
  }

  private static List<Verdict> verdicts(Bundle bundle, Set<Fence> accepted, Set<Fence> before) {
    List<Verdict> verdicts = new ArrayList<>();
    for (EndedAttempt end : bundle.ends()) {
      if (accepted.contains(end.fence())) {
        verdicts.add(Verdict.ACCEPTED);
      } else if (before.contains(end.fence())) {
        verdicts.add(Verdict.ALREADY_ACCEPTED);
      } else {
        verdicts.add(Verdict.STALE);
      }
    }
    return verdicts;
  }
}
