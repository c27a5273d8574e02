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
import org.jboss.logging.Logger;

/**
 * The runs that PowerJob workers have from this replica. Asks a worker for each run that it does
 * not confirm, cancels, and reports ends to the engine, whose fence decides about them. Each run is
 * judged by what is known of it alone ({@link PushState}): that a worker denies one run says
 * nothing about the others.
 */
@ApplicationScoped
class RunTracker {
  /** A worker that confirms no run for this long after its push is asked for it. */
  private static final Duration UNCONFIRMED = Duration.ofSeconds(2);

  /**
   * A confirmed run of which nothing is heard for this long is asked for: a worker reports it each
   * 15 s.
   */
  private static final Duration SILENT = Duration.ofSeconds(35);

  private static final Duration CANCEL_CHECK = Duration.ofSeconds(1);

  /** Ended runs are known for so long, for lines that come after the report. */
  private static final Duration REMEMBERED = Duration.ofSeconds(15);

  private static final Logger LOG = Logger.getLogger(RunTracker.class);

  private final WorkerPush push;
  private final ReportService reports;
  private final Ticker ticker;
  private final Map<Long, Known> runs = new ConcurrentHashMap<>();
  private volatile Listener listener;

  RunTracker(WorkerPush push, ReportService reports, Ticker ticker) {
    this.push = push;
    this.reports = reports;
    this.ticker = ticker;
  }

  /** Hears what changes the work that a seat can take. */
  interface Listener {
    /** The seat has room for another number of runs than before. */
    void onRoomChanged(WorkerSeat seat);
  }

  void listen(Listener toChanges) {
    listener = toChanges;
  }

  /**
   * A run of a seat, by its number in messages.
   *
   * @param endedNanos 0 while the worker has it
   */
  record Known(WorkerSeat seat, WorkerRun run, long endedNanos) {
    boolean hasEnded() {
      return endedNanos != 0;
    }
  }

  /** Adds a run that is sent next; empty if the seat has it already, or is closed. */
  Optional<WorkerRun> hold(WorkerSeat seat, AttemptRef attempt, long wireId, Long timeoutMillis) {
    Optional<WorkerRun> run = seat.add(attempt, wireId, timeoutMillis);
    run.ifPresent(added -> runs.put(wireId, new Known(seat, added, 0)));
    return run;
  }

  /** Adds a run that a former owner may have sent, so the worker is asked for it. */
  Optional<WorkerRun> adopt(WorkerSeat seat, SeatStore.Running attempt, long wireId) {
    Optional<WorkerRun> run = seat.adopt(attempt, wireId, ticker.nanos());
    run.ifPresent(added -> runs.put(wireId, new Known(seat, added, 0)));
    return run;
  }

  /** Returns a run that this replica's workers have or have just ended. */
  Optional<Known> find(long wireId) {
    return Optional.ofNullable(runs.get(wireId));
  }

  void cancel(WorkerSeat seat, Collection<AttemptRef> attempts) {
    attempts.forEach(attempt -> seat.find(attempt).ifPresent(run -> cancel(seat, run)));
  }

  private void cancel(WorkerSeat seat, WorkerRun run) {
    boolean[] first = {false};
    seat.change(
        () -> {
          first[0] = !run.isCanceling();
          run.canceling();
          run.told(ticker.nanos());
        });
    if (first[0]) {
      var unused = stop(seat, run).onSuccess(acknowledged -> checkStopped(seat, run));
    }
  }

  private Future<Void> stop(WorkerSeat seat, WorkerRun run) {
    return push.stop(seat.address(), run.wireId())
        .onSuccess(acknowledged -> seat.change(() -> run.stopped(ticker.nanos())));
  }

  /** No report follows a stop, so only the worker's answer tells that the run has ended. */
  private void checkStopped(WorkerSeat seat, WorkerRun run) {
    // A run that is still on its way to the worker would start after this answer.
    if (seat.read(run::isPushed)) {
      check(seat, List.of(run), ticker.nanos());
    }
  }

  /** The worker has started the run. */
  void confirm(Known known) {
    known
        .seat()
        .change(
            () -> {
              known.run().confirmed();
              known.run().told(ticker.nanos());
            });
  }

  /**
   * Reports the end of a run to the engine.
   *
   * @return completes after the commit; fails if the end was not stored
   */
  CompletableFuture<ReportResponse> end(
      WorkerSeat seat, WorkerRun run, Outcome outcome, String result, String error, Long runTime) {
    return report(
            seat.app().caller(),
            seat.session(),
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
                  seat.ended(runTime);
                }
                ended(seat, run);
              }
            });
  }

  private void ended(WorkerSeat seat, WorkerRun run) {
    seat.remove(run.wireId());
    runs.computeIfPresent(run.wireId(), (id, known) -> new Known(seat, run, ticker.nanos()));
    listener.onRoomChanged(seat);
  }

  /** Reports an end for a session that may be another replica's, or over. */
  CompletableFuture<ReportResponse> report(Caller caller, UUID session, AttemptReport report) {
    return reports.report(caller, new ReportRequest(session.toString(), List.of(report)));
  }

  /** Another replica has stored the end of the run. */
  void endedElsewhere(WorkerSeat seat, AttemptRef attempt) {
    seat.find(attempt).ifPresent(run -> ended(seat, run));
  }

  /** The engine has ended the run, or has given it to another worker: this one must stop it. */
  void abandon(WorkerSeat seat, AttemptRef attempt) {
    seat.find(attempt)
        .ifPresent(
            run -> {
              var unused = push.stop(seat.address(), run.wireId());
              ended(seat, run);
            });
  }

  /** The call that sends the run failed; the worker may have got it all the same. */
  void failedToSend(WorkerSeat seat, WorkerRun run, Throwable cause) {
    if (cause instanceof WorkerPush.UnsentException) {
      unreachable(seat, cause);
      undelivered(seat, run);
    } else {
      seat.change(run::contactLost);
    }
  }

  /** Nobody has sent the run. */
  void undelivered(WorkerSeat seat, WorkerRun run) {
    var unused = giveUp(seat, run, run.isCanceling() ? Outcome.CANCELED : Outcome.HANDED_BACK);
  }

  /** A call of the worker failed: it gets no runs until its next heartbeat. */
  void unreachable(WorkerSeat seat, Throwable cause) {
    contactLost(seat);
    if (seat.becomesUnreachable()) {
      LOG.warnf(
          "Failed to reach a PowerJob worker; sending it no runs until its next heartbeat: app=%s worker=%s: %s",
          seat.app().app(), seat.address(), cause.getMessage());
      listener.onRoomChanged(seat);
    }
  }

  /** From now on, the worker may have been started again since it was sent its runs. */
  void contactLost(WorkerSeat seat) {
    seat.change(() -> seat.runs().forEach(WorkerRun::contactLost));
  }

  void reached(WorkerSeat seat) {
    if (seat.reached()) {
      listener.onRoomChanged(seat);
    }
  }

  /** Forgets runs that ended some time ago. */
  void forgetEnded(long now) {
    runs.values()
        .removeIf(known -> known.hasEnded() && now - known.endedNanos() > REMEMBERED.toNanos());
  }

  /** Forgets the runs of a seat: the engine or another replica takes them. */
  void drop(WorkerSeat seat) {
    seat.runs().forEach(run -> runs.remove(run.wireId()));
  }

  /** The worker says that it runs nothing: it is asked for all that it may have. */
  void suspect(WorkerSeat seat, long now) {
    seat.change(
        () ->
            seat.runs().stream()
                .filter(run -> run.state() != PushState.SENT)
                .forEach(run -> run.told(now - SILENT.toNanos())));
  }

  /** Asks the worker for the runs of which too little is known. */
  void check(WorkerSeat seat, long now) {
    check(seat, seat.read(() -> seat.runs().stream().filter(run -> isDue(run, now)).toList()), now);
  }

  private void check(WorkerSeat seat, Collection<WorkerRun> due, long now) {
    if (due.isEmpty()) {
      return;
    }
    List<Future<Answer>> asked = due.stream().map(run -> ask(seat, run, now)).toList();
    Future.join(asked)
        .onComplete(
            all ->
                checked(
                    seat,
                    asked.stream().filter(Future::succeeded).map(Future::result).toList(),
                    now));
  }

  private static boolean isDue(WorkerRun run, long now) {
    if (!run.isPushed()) {
      return false;
    }
    Duration after =
        run.isCanceling()
            ? CANCEL_CHECK
            : run.state() == PushState.CONFIRMED ? SILENT : UNCONFIRMED;
    return now - run.toldNanos() >= after.toNanos();
  }

  private record Answer(WorkerRun run, boolean known) {}

  private Future<Answer> ask(WorkerSeat seat, WorkerRun run, long now) {
    seat.change(() -> run.told(now));
    return push.knows(seat.address(), run.wireId())
        .map(known -> new Answer(run, known))
        .onFailure(failure -> unreachable(seat, failure));
  }

  private void checked(WorkerSeat seat, List<Answer> answers, long now) {
    if (!answers.isEmpty()) {
      reached(seat);
    }
    List<WorkerRun> lost = new ArrayList<>();
    for (Answer answer : answers) {
      WorkerRun run = answer.run();
      if (answer.known()) {
        confirmed(seat, run);
      } else {
        switch (seat.read(() -> run.denied(now))) {
          case STOPPED -> {
            var unused = giveUp(seat, run, Outcome.CANCELED);
          }
          case DROPPED -> dropped(seat, run, now);
          case LOST -> lost.add(run);
        }
      }
    }
    lost.stream()
        .collect(Collectors.groupingBy(run -> run.state().lossReason()))
        .forEach((reason, denied) -> lose(seat, denied, reason));
  }

  private void confirmed(WorkerSeat seat, WorkerRun run) {
    if (seat.read(run::isCanceling)) {
      // A stop can overtake its run; the worker ignores it then.
      var unused = stop(seat, run);
    } else {
      seat.change(run::confirmed);
    }
  }

  private void dropped(WorkerSeat seat, WorkerRun run, long now) {
    var unused =
        giveUp(seat, run, Outcome.HANDED_BACK)
            .thenAccept(
                response -> {
                  if (response.verdicts().contains(Verdict.ACCEPTED)) {
                    seat.dropped(run, now);
                  }
                });
  }

  private void lose(WorkerSeat seat, List<WorkerRun> denied, String reason) {
    List<WorkerRun> lost = denied.stream().filter(run -> beginEnd(seat, run)).toList();
    if (lost.isEmpty()) {
      return;
    }
    LOG.infof(
        "PowerJob worker does not know runs that it may have started; counting them as lost: app=%s worker=%s runs=%d",
        seat.app().app(), seat.address(), lost.size());
    var unused =
        reports
            .lost(
                seat.app().caller(),
                seat.session().toString(),
                lost.stream().map(WorkerRun::attempt).toList(),
                reason)
            .whenComplete(
                (stored, failure) -> {
                  if (failure == null) {
                    lost.forEach(run -> ended(seat, run));
                  } else {
                    seat.change(() -> lost.forEach(WorkerRun::endFailed));
                  }
                });
  }

  private static boolean beginEnd(WorkerSeat seat, WorkerRun run) {
    boolean[] first = {false};
    seat.change(() -> first[0] = seat.runs().contains(run) && run.beginEnd());
    return first[0];
  }

  /** Ends a run that the worker does not report. */
  private CompletableFuture<ReportResponse> giveUp(
      WorkerSeat seat, WorkerRun run, Outcome outcome) {
    if (!beginEnd(seat, run)) {
      return CompletableFuture.completedFuture(new ReportResponse(List.of()));
    }
    return end(seat, run, outcome, null, null, null)
        .whenComplete(
            (stored, failure) -> {
              if (failure != null) {
                seat.change(run::endFailed);
              }
            });
  }
}
