package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.report.ReportService;
import dev.orrery.scheduler.http.security.Caller;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Tracks the runs that PowerJob workers have from this replica. It asks a worker about each run
 * that the worker does not confirm, cancels runs, and reports ends to the engine, whose fence
 * decides whether they count. Each run is judged only by what is known about it ({@link
 * PushState}): that a worker denies one run says nothing about the others.
 */
@ApplicationScoped
class RunTracker {
  private static final Logger LOG = Logger.getLogger(RunTracker.class);

  private final ReportService reports;
  private final Ticker ticker;
  private final Map<Long, Known> runs = new ConcurrentHashMap<>();
  private volatile Listener listener;

  RunTracker(ReportService reports, Ticker ticker) {
    this.reports = reports;
    this.ticker = ticker;
  }

  /** Hears what changes the work that a gateway session can take. */
  interface Listener {
    /** The gateway session has room for another number of runs than before. */
    void onRoomChanged(GatewaySession gatewaySession);
  }

  void listen(Listener toChanges) {
    listener = toChanges;
  }

  /**
   * A run of a gateway session, by its number in messages.
   *
   * @param endedNanos 0 while the worker has it
   */
  record Known(GatewaySession gatewaySession, WorkerRun run, long endedNanos) {
    boolean hasEnded() {
      return endedNanos != 0;
    }
  }

  /** Adds a run that is sent next; empty if the gateway session has it already, or is closed. */
  Optional<WorkerRun> hold(
      GatewaySession gatewaySession,
      AttemptRef attempt,
      long wireId,
      String job,
      Long timeoutMillis) {
    Optional<WorkerRun> run = gatewaySession.add(attempt, wireId, job, timeoutMillis);
    run.ifPresent(added -> runs.put(wireId, new Known(gatewaySession, added, 0)));
    return run;
  }

  /** Adds a run that a former owner may have sent, so the worker is asked for it. */
  Optional<WorkerRun> adopt(
      GatewaySession gatewaySession, GatewaySessionStore.Running attempt, long wireId) {
    Optional<WorkerRun> run = gatewaySession.adopt(attempt, wireId, ticker.nanos());
    run.ifPresent(added -> runs.put(wireId, new Known(gatewaySession, added, 0)));
    return run;
  }

  /** Returns a run that this replica's workers have or have just ended. */
  Optional<Known> find(long wireId) {
    return Optional.ofNullable(runs.get(wireId));
  }

  void cancel(GatewaySession gatewaySession, Collection<AttemptRef> attempts) {
    attempts.forEach(
        attempt -> gatewaySession.find(attempt).ifPresent(run -> cancel(gatewaySession, run)));
  }

  private void cancel(GatewaySession gatewaySession, WorkerRun run) {
    boolean[] first = {false};
    gatewaySession.change(
        () -> {
          first[0] = !run.isCanceling();
          run.canceling();
          run.told(ticker.nanos());
        });
    if (!first[0]) {
      return;
    }
    // The worker ignores a stop that overtakes its run.
    if (gatewaySession.read(() -> run.isPushed() && !run.isRead())) {
      check(gatewaySession, List.of(run), ticker.nanos());
    } else {
      stopAndCheck(gatewaySession, run);
    }
  }

  private void stopAndCheck(GatewaySession gatewaySession, WorkerRun run) {
    var unused =
        stop(gatewaySession, run).onSuccess(acknowledged -> checkStopped(gatewaySession, run));
  }

  private Future<Void> stop(GatewaySession gatewaySession, WorkerRun run) {
    return gatewaySession
        .channel()
        .stop(run.wireId())
        .onSuccess(acknowledged -> gatewaySession.change(() -> run.stopped(ticker.nanos())));
  }

  /** No report follows a stop, so only the worker's answer tells that the run has ended. */
  private void checkStopped(GatewaySession gatewaySession, WorkerRun run) {
    // A run that is still on its way to the worker would start after this answer.
    if (gatewaySession.read(run::isPushed)) {
      check(gatewaySession, List.of(run), ticker.nanos());
    }
  }

  /** The worker has started the run. */
  void confirm(Known known) {
    known
        .gatewaySession()
        .change(
            () -> {
              known.run().confirmed(ticker.nanos());
              known.run().told(ticker.nanos());
            });
  }

  /**
   * Reports the end of a run to the engine.
   *
   * @return completes after the commit; fails if the end was not stored
   */
  CompletableFuture<ReportResponse> end(
      GatewaySession gatewaySession,
      WorkerRun run,
      Outcome outcome,
      String result,
      String error,
      Long runTime) {
    return report(
            gatewaySession.app().caller(),
            gatewaySession.id(),
            new AttemptReport(
                run.attempt().instance(),
                run.attempt().attempt(),
                outcome,
                result,
                error,
                null,
                runTime))
        .whenComplete(
            (verdicts, failure) -> {
              if (failure == null) {
                if (runTime != null) {
                  gatewaySession.ended(run, runTime);
                }
                ended(gatewaySession, run);
              }
            });
  }

  private void ended(GatewaySession gatewaySession, WorkerRun run) {
    gatewaySession.remove(run.wireId());
    runs.computeIfPresent(
        run.wireId(), (id, known) -> new Known(gatewaySession, run, ticker.nanos()));
    listener.onRoomChanged(gatewaySession);
  }

  /** Reports an end for a session that may be another replica's, or over. */
  CompletableFuture<ReportResponse> report(Caller caller, UUID session, AttemptReport report) {
    return reports.report(caller, new ReportRequest(session.toString(), List.of(report)));
  }

  /** Another replica has stored the end of the run. */
  void endedElsewhere(GatewaySession gatewaySession, AttemptRef attempt) {
    gatewaySession.find(attempt).ifPresent(run -> ended(gatewaySession, run));
  }

  /** The engine has ended the run, or has given it to another worker: this one must stop it. */
  void abandon(GatewaySession gatewaySession, AttemptRef attempt) {
    gatewaySession
        .find(attempt)
        .ifPresent(
            run -> {
              var unused = gatewaySession.channel().stop(run.wireId());
              ended(gatewaySession, run);
            });
  }

  /** The call that sends the run failed; the worker may have got it all the same. */
  void failedToSend(GatewaySession gatewaySession, WorkerRun run, Throwable cause) {
    if (cause instanceof WorkerTransport.UnsentException) {
      unreachable(gatewaySession, cause);
      undelivered(gatewaySession, run);
    } else {
      gatewaySession.change(run::contactLost);
    }
  }

  /** Nobody has sent the run. */
  void undelivered(GatewaySession gatewaySession, WorkerRun run) {
    var unused =
        giveUp(gatewaySession, run, run.isCanceling() ? Outcome.CANCELED : Outcome.HANDED_BACK);
  }

  /** A call of the worker failed: it gets no runs until its next heartbeat. */
  void unreachable(GatewaySession gatewaySession, Throwable cause) {
    contactLost(gatewaySession);
    if (gatewaySession.becomesUnreachable()) {
      LOG.warnf(
          "Failed to reach a PowerJob worker; sending it no runs until its next heartbeat: app=%s worker=%s: %s",
          gatewaySession.app().app(), gatewaySession.address(), cause.getMessage());
      listener.onRoomChanged(gatewaySession);
    }
  }

  /** From now on, the worker may have been started again since it was sent its runs. */
  void contactLost(GatewaySession gatewaySession) {
    gatewaySession.change(() -> gatewaySession.runs().forEach(WorkerRun::contactLost));
  }

  void reached(GatewaySession gatewaySession) {
    if (gatewaySession.reached()) {
      listener.onRoomChanged(gatewaySession);
    }
  }

  /** Forgets runs that ended some time ago. */
  void forgetEnded(long now) {
    runs.values()
        .removeIf(
            known ->
                known.hasEnded()
                    && now - known.endedNanos() > PowerJobLimits.ENDED_RUN_TIME.toNanos());
  }

  /** Forgets the runs of a gateway session: the engine or another replica takes them. */
  void drop(GatewaySession gatewaySession) {
    gatewaySession.runs().forEach(run -> runs.remove(run.wireId()));
  }

  /** The worker says that it runs nothing: it is asked for all that it may have. */
  void suspect(GatewaySession gatewaySession, long now) {
    gatewaySession.change(
        () ->
            gatewaySession.runs().stream()
                .filter(run -> run.state() != PushState.SENT)
                .forEach(run -> run.told(now - PowerJobLimits.REPORT_TIMEOUT.toNanos())));
  }

  /** Asks the worker for the runs of which too little is known. */
  void check(GatewaySession gatewaySession, long now) {
    check(
        gatewaySession,
        gatewaySession.read(
            () -> gatewaySession.runs().stream().filter(run -> isDue(run, now)).toList()),
        now);
  }

  private void check(GatewaySession gatewaySession, Collection<WorkerRun> due, long now) {
    if (due.isEmpty()) {
      return;
    }
    long heard = gatewaySession.heardNanos();
    boolean isSecond =
        gatewaySession.read(() -> due.stream().anyMatch(run -> run.isAskedAgain(now, heard)));
    int questions = isSecond ? 1 + (gatewaySession.actors() - 1) / due.size() : 1;
    List<Future<Answer>> asked =
        due.stream().map(run -> ask(gatewaySession, run, questions, now)).toList();
    Future.join(asked)
        .onComplete(
            all ->
                checked(
                    gatewaySession,
                    asked.stream().filter(Future::succeeded).map(Future::result).toList(),
                    now,
                    heard));
  }

  private static boolean isDue(WorkerRun run, long now) {
    if (!run.isPushed()) {
      return false;
    }
    Duration after =
        run.isCanceling()
            ? PowerJobLimits.CANCEL_CHECK_INTERVAL
            : run.state() == PushState.CONFIRMED
                ? PowerJobLimits.REPORT_TIMEOUT
                : PowerJobLimits.CONFIRMATION_TIMEOUT;
    return now - run.toldNanos() >= after.toNanos();
  }

  private record Answer(WorkerRun run, boolean known) {}

  private Future<Answer> ask(
      GatewaySession gatewaySession, WorkerRun run, int questions, long now) {
    gatewaySession.change(() -> run.told(now));
    List<Future<Boolean>> asked =
        Stream.generate(() -> gatewaySession.channel().knows(run.wireId()))
            .limit(questions)
            .toList();
    return Future.all(asked)
        .map(answered -> new Answer(run, answered.list().contains(true)))
        .onFailure(failure -> unreachable(gatewaySession, failure));
  }

  private void checked(GatewaySession gatewaySession, List<Answer> answers, long now, long heard) {
    long answered = ticker.nanos();
    if (!answers.isEmpty()) {
      reached(gatewaySession);
    }
    List<WorkerRun> lost = new ArrayList<>();
    for (Answer answer : answers) {
      WorkerRun run = answer.run();
      if (answer.known()) {
        confirmed(gatewaySession, run, answered);
      } else {
        switch (gatewaySession.read(() -> run.denied(now, answered, heard))) {
          case STOPPED -> {
            var unused = giveUp(gatewaySession, run, Outcome.CANCELED);
          }
          case DROPPED -> dropped(gatewaySession, run, now);
          case LOST -> lost.add(run);
          case UNDECIDED -> {}
        }
      }
    }
    lost.stream()
        .collect(Collectors.groupingBy(run -> run.state().lossReason()))
        .forEach((reason, denied) -> lose(gatewaySession, denied, reason));
  }

  private void confirmed(GatewaySession gatewaySession, WorkerRun run, long nanos) {
    boolean isFirst = !gatewaySession.read(run::isRead);
    gatewaySession.change(() -> run.confirmed(nanos));
    if (gatewaySession.read(run::isCanceling)) {
      if (isFirst) {
        stopAndCheck(gatewaySession, run);
      } else {
        var unused = stop(gatewaySession, run);
      }
    }
  }

  private void dropped(GatewaySession gatewaySession, WorkerRun run, long now) {
    var unused =
        giveUp(gatewaySession, run, Outcome.HANDED_BACK)
            .thenAccept(
                response -> {
                  if (response.verdicts().contains(Verdict.ACCEPTED)) {
                    gatewaySession.dropped(run, now);
                  }
                });
  }

  private void lose(GatewaySession gatewaySession, List<WorkerRun> denied, String reason) {
    List<WorkerRun> lost = denied.stream().filter(run -> beginEnd(gatewaySession, run)).toList();
    if (lost.isEmpty()) {
      return;
    }
    LOG.infof(
        "PowerJob worker does not know runs that it may have started; counting them as lost: app=%s worker=%s runs=%d",
        gatewaySession.app().app(), gatewaySession.address(), lost.size());
    var unused =
        reports
            .lost(
                gatewaySession.app().caller(),
                gatewaySession.id().toString(),
                lost.stream().map(WorkerRun::attempt).toList(),
                reason)
            .whenComplete(
                (stored, failure) -> {
                  if (failure == null) {
                    lost.forEach(run -> ended(gatewaySession, run));
                  } else {
                    gatewaySession.change(() -> lost.forEach(WorkerRun::endFailed));
                  }
                });
  }

  private static boolean beginEnd(GatewaySession gatewaySession, WorkerRun run) {
    boolean[] first = {false};
    gatewaySession.change(() -> first[0] = gatewaySession.runs().contains(run) && run.beginEnd());
    return first[0];
  }

  /** Ends a run that the worker does not report. */
  private CompletableFuture<ReportResponse> giveUp(
      GatewaySession gatewaySession, WorkerRun run, Outcome outcome) {
    if (!beginEnd(gatewaySession, run)) {
      return CompletableFuture.completedFuture(new ReportResponse(List.of()));
    }
    return end(gatewaySession, run, outcome, null, null, null)
        .whenComplete(
            (stored, failure) -> {
              if (failure != null) {
                gatewaySession.change(run::endFailed);
              }
            });
  }
}
