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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

  private final GatewayLoop loop;
  private final ReportService reports;
  private final Ticker ticker;

  /** Log lines and reports find their run here, on any thread. */
  private final Map<Long, Known> runs = new ConcurrentHashMap<>();

  private final Queue<Known> ended = new ArrayDeque<>();
  private Consumer<GatewaySession> listener;

  RunTracker(GatewayLoop loop, ReportService reports, Ticker ticker) {
    this.loop = loop;
    this.reports = reports;
    this.ticker = ticker;
  }

  /** Sets who is told that a gateway session has room for another number of runs than before. */
  void onRoomChanged(Consumer<GatewaySession> toChanges) {
    listener = toChanges;
  }

  void roomChanged(GatewaySession gatewaySession) {
    listener.accept(gatewaySession);
  }

  /**
   * A run of a gateway session, by its number in messages.
   *
   * @param stoppedNanos when the worker acknowledged that it must stop; null before
   * @param endedNanos null while the worker has it
   */
  record Known(GatewaySession gatewaySession, WorkerRun run, Long stoppedNanos, Long endedNanos) {
    boolean hasEnded() {
      return endedNanos != null;
    }

    /** Returns the milliseconds since the worker acknowledged a stop; null if it has not. */
    Long stoppedMillis(long nowNanos) {
      return stoppedNanos == null ? null : TimeUnit.NANOSECONDS.toMillis(nowNanos - stoppedNanos);
    }

    private Known stopped(long nanos) {
      return stoppedNanos == null ? new Known(gatewaySession, run, nanos, endedNanos) : this;
    }

    private Known ended(long nanos) {
      return hasEnded() ? this : new Known(gatewaySession, run, stoppedNanos, nanos);
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
    run.ifPresent(added -> runs.put(wireId, new Known(gatewaySession, added, null, null)));
    return run;
  }

  /** Adds a run that a former owner may have sent, so the worker is asked for it. */
  Optional<WorkerRun> adopt(
      GatewaySession gatewaySession, GatewaySessionStore.Running attempt, long wireId) {
    long now = ticker.nanos();
    Long stopped =
        attempt.canceledMillis() == null
            ? null
            : now - TimeUnit.MILLISECONDS.toNanos(attempt.canceledMillis());
    Optional<WorkerRun> run = gatewaySession.adopt(attempt, wireId, now);
    run.ifPresent(added -> runs.put(wireId, new Known(gatewaySession, added, stopped, null)));
    return run;
  }

  /** Returns a run that this replica's workers have or have just ended, on any thread. */
  Optional<Known> find(long wireId) {
    return Optional.ofNullable(runs.get(wireId));
  }

  void cancel(GatewaySession gatewaySession, Collection<AttemptRef> attempts) {
    attempts.forEach(
        attempt -> gatewaySession.find(attempt).ifPresent(run -> cancel(gatewaySession, run)));
  }

  private void cancel(GatewaySession gatewaySession, WorkerRun run) {
    if (run.isCanceling()) {
      return;
    }
    run.canceling();
    run.told(ticker.nanos());
    // The worker ignores a stop that overtakes its run.
    if (run.isPushed() && !run.isRead()) {
      check(gatewaySession, List.of(run), ticker.nanos());
    } else {
      stop(gatewaySession, run, true);
    }
  }

  /**
   * @param checks whether the worker is asked for the run then: no report follows a stop
   */
  private void stop(GatewaySession gatewaySession, WorkerRun run, boolean checks) {
    loop.handle(
        // At once, because its report may follow.
        gatewaySession.channel().stop(run.wireId()).onSuccess(done -> stopped(run)),
        acknowledged -> {
          // A run that is still on its way to the worker would start after the answer.
          if (checks && acknowledged.succeeded() && run.isPushed()) {
            check(gatewaySession, List.of(run), ticker.nanos());
          }
        });
  }

  private void stopped(WorkerRun run) {
    runs.computeIfPresent(run.wireId(), (id, known) -> known.stopped(ticker.nanos()));
  }

  /** The worker has started the run. */
  void confirm(WorkerRun run) {
    run.confirmed(ticker.nanos());
    run.told(ticker.nanos());
  }

  /**
   * Reports the end of a run to the engine, on any thread.
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
    return loop.handle(
        report(
            gatewaySession.app().caller(),
            gatewaySession.id(),
            new AttemptReport(
                run.attempt().instance(),
                run.attempt().attempt(),
                outcome,
                result,
                error,
                null,
                runTime)),
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
    gatewaySession.remove(run);
    Known over = runs.computeIfPresent(run.wireId(), (id, known) -> known.ended(ticker.nanos()));
    if (over != null) {
      ended.add(over);
    }
    roomChanged(gatewaySession);
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
      run.contactLost();
    }
  }

  /** Nobody has sent the run. */
  void undelivered(GatewaySession gatewaySession, WorkerRun run) {
    Outcome outcome = run.isCanceling() ? Outcome.CANCELED : Outcome.HANDED_BACK;
    giveUp(gatewaySession, run, outcome, stored -> {});
  }

  /** A call of the worker failed: it gets no runs until its next heartbeat. */
  void unreachable(GatewaySession gatewaySession, Throwable cause) {
    contactLost(gatewaySession);
    if (gatewaySession.becomesUnreachable()) {
      LOG.warnf(
          "Failed to reach a PowerJob worker; sending it no runs until its next heartbeat: app=%s worker=%s: %s",
          gatewaySession.app().app(), gatewaySession.address(), cause.getMessage());
      roomChanged(gatewaySession);
    }
  }

  /** From now on, the worker may have been started again since it was sent its runs. */
  void contactLost(GatewaySession gatewaySession) {
    gatewaySession.runs().forEach(WorkerRun::contactLost);
  }

  void reached(GatewaySession gatewaySession) {
    if (gatewaySession.reached()) {
      roomChanged(gatewaySession);
    }
  }

  /** Forgets runs that ended some time ago. */
  void forgetEnded(long now) {
    long before = now - PowerJobLimits.ENDED_RUN_TIME.toNanos();
    while (!ended.isEmpty() && ended.peek().endedNanos() - before < 0) {
      runs.computeIfPresent(
          ended.remove().run().wireId(), (id, known) -> known.hasEnded() ? null : known);
    }
  }

  /** Forgets the runs of a gateway session: the engine or another replica takes them. */
  void drop(GatewaySession gatewaySession) {
    gatewaySession.runs().forEach(run -> runs.remove(run.wireId()));
  }

  /** The worker says that it runs nothing: it is asked for all that it may have. */
  void suspect(GatewaySession gatewaySession, long now) {
    gatewaySession.runs().stream()
        .filter(run -> run.state() != PushState.SENT)
        .forEach(run -> run.told(now - PowerJobLimits.REPORT_TIMEOUT.toNanos()));
  }

  /** Asks the worker for the runs of which too little is known. */
  void check(GatewaySession gatewaySession, long now) {
    check(
        gatewaySession,
        gatewaySession.runs().stream().filter(run -> isDue(run, now)).toList(),
        now);
  }

  private void check(GatewaySession gatewaySession, Collection<WorkerRun> due, long now) {
    if (due.isEmpty()) {
      return;
    }
    long heard = gatewaySession.heardNanos();
    boolean isSecond = due.stream().anyMatch(run -> run.isAskedAgain(now, heard));
    int questions = isSecond ? 1 + (gatewaySession.actors() - 1) / due.size() : 1;
    List<Future<Answer>> asked =
        due.stream().map(run -> ask(gatewaySession, run, questions, now)).toList();
    loop.handle(
        Future.join(asked),
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
    run.told(now);
    List<Future<Boolean>> asked =
        Stream.generate(() -> gatewaySession.channel().knows(run.wireId()))
            .limit(questions)
            .toList();
    Future<Answer> answer =
        Future.all(asked).map(answered -> new Answer(run, answered.list().contains(true)));
    loop.handle(
        answer,
        answered -> {
          if (answered.failed()) {
            unreachable(gatewaySession, answered.cause());
          }
        });
    return answer;
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
        switch (run.denied(now, answered, heard)) {
          case STOPPED -> giveUp(gatewaySession, run, Outcome.CANCELED, stored -> {});
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
    boolean isFirst = !run.isRead();
    run.confirmed(nanos);
    if (run.isCanceling()) {
      stop(gatewaySession, run, isFirst);
    }
  }

  private void dropped(GatewaySession gatewaySession, WorkerRun run, long now) {
    giveUp(
        gatewaySession,
        run,
        Outcome.HANDED_BACK,
        stored -> {
          if (stored.verdicts().contains(Verdict.ACCEPTED)) {
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
        loop.handle(
            reports.lost(
                gatewaySession.app().caller(),
                gatewaySession.id().toString(),
                lost.stream().map(WorkerRun::attempt).toList(),
                reason),
            (stored, failure) -> {
              if (failure == null) {
                lost.forEach(run -> ended(gatewaySession, run));
              } else {
                lost.forEach(WorkerRun::endFailed);
              }
            });
  }

  private static boolean beginEnd(GatewaySession gatewaySession, WorkerRun run) {
    return gatewaySession.has(run) && run.beginEnd();
  }

  /** Ends a run that the worker does not report. */
  private void giveUp(
      GatewaySession gatewaySession,
      WorkerRun run,
      Outcome outcome,
      Consumer<ReportResponse> whenStored) {
    if (!beginEnd(gatewaySession, run)) {
      return;
    }
    var unused =
        loop.handle(
            end(gatewaySession, run, outcome, null, null, null),
            (stored, failure) -> {
              if (failure == null) {
                whenStored.accept(stored);
              } else {
                run.endFailed();
              }
            });
  }
}
