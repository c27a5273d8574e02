package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.scheduler.report.ReportService;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The runs that workers of PowerJob have from this replica. Asks a worker for each run that it does
 * not confirm, cancels, and reports ends to the engine, whose fence decides about them.
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

  private final WorkerPush push;
  private final ReportService reports;
  private final Ticker ticker;
  private final Map<Long, Known> runs = new ConcurrentHashMap<>();
  private volatile Consumer<WorkerSeat> onEnded = seat -> {};

  RunTracker(WorkerPush push, ReportService reports, Ticker ticker) {
    this.push = push;
    this.reports = reports;
    this.ticker = ticker;
  }

  /** Sets what follows the end of a run of a seat, which has room for another one then. */
  void onEnded(Consumer<WorkerSeat> action) {
    onEnded = action;
  }

  /**
   * A run of a seat, by its number in messages.
   *
   * @param endedNanos 0 while the worker has it
   */
  record Known(WorkerSeat seat, WorkerRun run, long endedNanos) {}

  /** Returns false if the seat has the run already, or is closed. */
  boolean hold(WorkerSeat seat, WorkerRun run) {
    boolean added = seat.add(run);
    if (added) {
      runs.put(run.wireId(), new Known(seat, run, 0));
    }
    return added;
  }

  /** Returns a run that this replica's workers have or have just ended. */
  Optional<Known> find(long wireId) {
    return Optional.ofNullable(runs.get(wireId));
  }

  void cancel(WorkerSeat seat, WorkerRun run) {
    boolean[] first = {false};
    seat.change(
        () -> {
          first[0] = !run.isCanceling();
          run.canceling();
          run.told(ticker.nanos());
        });
    if (first[0]) {
      var unused = push.stop(seat.address(), run.wireId());
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
            seat.app(),
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
                seat.remove(run.wireId());
                runs.computeIfPresent(
                    run.wireId(), (id, known) -> new Known(seat, run, ticker.nanos()));
                onEnded.accept(seat);
              }
            });
  }

  /** Reports an end for a session that may be another replica's, or over. */
  CompletableFuture<ReportResponse> report(OpenedApp app, UUID session, AttemptReport report) {
    return reports.report(app.caller(), new ReportRequest(session.toString(), List.of(report)));
  }

  /** Forgets runs that ended some time ago. */
  void forgetEnded(long now) {
    runs.values()
        .removeIf(
            known -> known.endedNanos() != 0 && now - known.endedNanos() > REMEMBERED.toNanos());
  }

  /** Forgets the runs of a seat: the engine or another replica takes them. */
  void drop(WorkerSeat seat) {
    seat.runs().forEach(run -> runs.remove(run.wireId()));
  }

  /** Asks the worker for the runs of which too little is known. */
  void check(WorkerSeat seat, long now) {
    seat.runs().stream().filter(run -> isDue(run, now)).forEach(run -> ask(seat, run, now));
  }

  private static boolean isDue(WorkerRun run, long now) {
    if (!run.isPushed()) {
      return false;
    }
    Duration after = run.isCanceling() ? CANCEL_CHECK : run.isConfirmed() ? SILENT : UNCONFIRMED;
    return now - run.toldNanos() >= after.toNanos();
  }

  private void ask(WorkerSeat seat, WorkerRun run, long now) {
    seat.change(() -> run.told(now));
    var unused =
        push.knows(seat.address(), run.wireId())
            .onSuccess(
                known -> {
                  if (!known) {
                    unknown(seat, run);
                  } else if (run.isCanceling()) {
                    // A stop can overtake its run; the worker ignores it then.
                    var unusedStop = push.stop(seat.address(), run.wireId());
                  } else {
                    seat.change(run::confirmed);
                  }
                });
  }

  /** The worker does not have the run: it never got it, dropped it, or was started again. */
  private void unknown(WorkerSeat seat, WorkerRun run) {
    boolean[] first = {false};
    seat.change(() -> first[0] = seat.runs().contains(run) && run.beginEnd());
    if (!first[0]) {
      return;
    }
    Outcome outcome =
        run.isCanceling()
            ? Outcome.CANCELED
            : run.isConfirmed() ? Outcome.FAILED : Outcome.HANDED_BACK;
    String error =
        outcome == Outcome.FAILED
            ? "The worker does not know this run any more and has not reported its end: it was"
                + " started again, or could not report for too long."
            : null;
    var unused =
        end(seat, run, outcome, null, error, null)
            .whenComplete(
                (stored, failure) -> {
                  if (failure != null) {
                    seat.change(run::endFailed);
                  }
                });
  }
}
