package dev.orrery.scheduler.report;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.Report;
import dev.orrery.protocol.message.Report.Outcome;
import dev.orrery.protocol.message.ReportAnswer;
import dev.orrery.protocol.message.ReportAnswer.Verdict;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.dispatch.Polls;
import dev.orrery.scheduler.group.Group;
import dev.orrery.scheduler.group.GroupMetrics;
import dev.orrery.scheduler.group.HotExecutor;
import dev.orrery.scheduler.hint.Hints;
import dev.orrery.scheduler.instance.Aftermath;
import dev.orrery.scheduler.instance.AttemptEnd;
import dev.orrery.scheduler.instance.EndedAttempt;
import dev.orrery.scheduler.instance.Fence;
import dev.orrery.scheduler.instance.InstanceMetrics;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.instance.Settlements;
import dev.orrery.scheduler.logs.LogIntake;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.report.CompleteStore.Completed;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.worker.Sessions;
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

/** Takes reports of ended attempts, many in one commit. */
@ApplicationScoped
public class Reports {
  private static final Group.Settings BOUNDS = new Group.Settings("reports", 2_000, 100_000, 2);

  private final HotDatabase database;
  private final Settlements settlements;
  private final Sessions sessions;
  private final Polls polls;
  private final LogIntake logs;
  private final Hints hints;
  private final InstanceMetrics instances;
  private final ReportMetrics metrics;
  private final Group<Bundle, List<Verdict>> group;

  Reports(
      HotDatabase database,
      Settlements settlements,
      Sessions sessions,
      Polls polls,
      LogIntake logs,
      Hints hints,
      HotExecutor executor,
      InstanceMetrics instances,
      ReportMetrics metrics,
      GroupMetrics groups) {
    this.database = database;
    this.settlements = settlements;
    this.sessions = sessions;
    this.polls = polls;
    this.logs = logs;
    this.hints = hints;
    this.instances = instances;
    this.metrics = metrics;
    this.group =
        groups.watch(
            new Group<>(
                BOUNDS, executor, bundle -> bundle.ends().size(), bundle -> null, this::commit));
  }

  /** The reports of one request, in its order. */
  private record Bundle(List<EndedAttempt> ends, Set<AttemptRef> logIncomplete) {}

  /**
   * Judges each report for itself; also those of a session that has ended.
   *
   * @return committed verdicts in the order of the request, or a {@link ProblemException}: {@code
   *     SESSION_GONE} for a session that there never was, {@code TOO_LARGE}, {@code OVERLOADED}
   */
  public CompletableFuture<ReportAnswer> report(Caller caller, ReportRequest request) {
    if (request.reports().size() > ReportRequest.MAX_REPORTS) {
      return CompletableFuture.failedFuture(
          ProblemException.invalid(
              "reports",
              "'reports' is to have at most " + ReportRequest.MAX_REPORTS + " entries."));
    }
    return sessions
        .findEvenEnded(caller, request.session())
        .thenCompose(
            session ->
                request.reports().isEmpty()
                    ? CompletableFuture.completedFuture(new ReportAnswer(List.of()))
                    : submit(session, request.reports()));
  }

  private CompletableFuture<ReportAnswer> submit(UUID session, List<Report> reports) {
    List<EndedAttempt> ends = reports.stream().map(report -> ended(session, report)).toList();
    Set<AttemptRef> logIncomplete =
        reports.stream()
            .filter(report -> Boolean.TRUE.equals(report.logIncomplete()))
            .map(Report::ref)
            .collect(Collectors.toSet());
    return group
        .submit(new Bundle(ends, logIncomplete))
        .thenApply(
            verdicts -> {
              metrics.judged(verdicts);
              polls.reported(session, reports.stream().map(Report::ref).toList());
              return new ReportAnswer(verdicts);
            });
  }

  private static EndedAttempt ended(UUID session, Report report) {
    Outcome outcome = report.outcome() == null ? Outcome.FAILED : report.outcome();
    return new EndedAttempt(
        new Fence(report.ref(), session),
        AttemptEnd.of(outcome),
        true,
        Bounded.result(report.result()),
        Bounded.error(report.error()));
  }

  private List<List<Verdict>> commit(List<Bundle> bundles) {
    // The same report twice in one group counts once, and both get the same verdict.
    Map<Fence, EndedAttempt> ends = new LinkedHashMap<>();
    bundles.stream()
        .flatMap(bundle -> bundle.ends().stream())
        .forEach(end -> ends.putIfAbsent(end.fence(), end));

    Set<Fence> accepted = new HashSet<>(completeSuccesses(ends));
    List<EndedAttempt> others =
        ends.values().stream().filter(end -> !accepted.contains(end.fence())).toList();
    accepted.addAll(settle(others));

    markIncompleteLogs(bundles, accepted);

    List<Fence> missed = ends.keySet().stream().filter(f -> !accepted.contains(f)).toList();
    Set<Fence> before =
        missed.isEmpty()
            ? Set.of()
            : database.autocommit(connection -> CompleteStore.acceptedBefore(connection, missed));
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
    Map<Fence, String> results = new LinkedHashMap<>();
    ends.values().stream()
        .filter(end -> end.end() == AttemptEnd.SUCCEEDED)
        .forEach(end -> results.put(end.fence(), end.result()));
    if (results.isEmpty()) {
      return Set.of();
    }
    Completed completed =
        database.autocommit(connection -> CompleteStore.complete(connection, results));
    instances.ended(InstanceState.SUCCEEDED, completed.fences().size());
    hints.letIn(completed.slottedJobs());
    return completed.fences();
  }

  private Set<Fence> settle(List<EndedAttempt> ends) {
    if (ends.isEmpty()) {
      return Set.of();
    }
    Aftermath aftermath = database.transaction(connection -> settlements.settle(connection, ends));
    aftermath.tell(hints);
    return aftermath.settled();
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
