package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import dev.orrery.powerjob.RunStatus;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.scheduler.commit.CommitMetrics;
import dev.orrery.scheduler.commit.GroupCommit;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.logs.LogIntake;
import dev.orrery.scheduler.powerjob.RunTracker.Known;
import dev.orrery.scheduler.powerjob.SeatStore.Found;
import dev.orrery.scheduler.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Takes reports and log lines of PowerJob workers. */
@ApplicationScoped
class ReportIntake {
  /** The worker waits five seconds for an answer, and then repeats the report. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

  /** How PowerJob's worker says that it stopped a run at its time-out. */
  private static final String TIMED_OUT = "instance execute timeout";

  private static final GroupCommit.Settings LOOKUPS =
      new GroupCommit.Settings("PowerJob runs", 1_000, 20_000, 1);

  /** A worker sends 20 lines in a message. */
  private static final int MAX_LOOKUPS_OF_A_LOG = 100;

  private static final Logger LOG = Logger.getLogger(ReportIntake.class);

  private final RunTracker runs;
  private final WorkerPush push;
  private final LogIntake logs;
  private final HintBus hints;
  private final InstantSource clock;
  private final GroupCommit<Long, Optional<Found>> lookups;

  ReportIntake(
      RunTracker runs,
      WorkerPush push,
      SeatStore store,
      LogIntake logs,
      HintBus hints,
      InstantSource clock,
      EngineExecutor executor,
      CommitMetrics groups) {
    this.runs = runs;
    this.push = push;
    this.logs = logs;
    this.hints = hints;
    this.clock = clock;
    this.lookups = groups.watch(new GroupCommit<>(LOOKUPS, executor, ids -> lookUp(store, ids)));
  }

  private static List<Optional<Found>> lookUp(SeatStore store, List<Long> wireIds) {
    Map<Long, Found> found = store.find(wireIds);
    return wireIds.stream().map(id -> Optional.ofNullable(found.get(id))).toList();
  }

  /**
   * Takes a report of a worker whose address was checked.
   *
   * @return completes with true when the end is stored or is of no interest any more, and with
   *     false if the worker must repeat it; a report of a running run is true at once
   */
  CompletableFuture<Boolean> report(WorkerAddress source, InstanceReport report) {
    RunStatus status = RunStatus.of(report.instanceStatus()).orElse(null);
    Optional<Known> known =
        runs.find(report.instanceId()).filter(run -> run.seat().address().equals(source));
    if (status == RunStatus.RUNNING) {
      known.ifPresentOrElse(
          run -> runsKnown(source, run), () -> runsFound(source, report.instanceId()));
      return CompletableFuture.completedFuture(true);
    }
    if (status != RunStatus.SUCCEED && status != RunStatus.FAILED) {
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<Boolean> stored =
        known.isPresent() ? endKnown(known.get(), report) : endFound(source, report);
    return stored
        .orTimeout(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> false);
  }

  private CompletableFuture<Boolean> endKnown(Known known, InstanceReport report) {
    AttemptReport end = end(known.run().attempt(), report);
    return runs.end(
            known.seat(), known.run(), end.outcome(), end.result(), end.error(), end.runTime())
        .thenApply(verdicts -> true);
  }

  private void runsKnown(WorkerAddress source, Known known) {
    if (known.hasEnded()) {
      stop(source, known.run().wireId());
    } else {
      runs.confirm(known);
    }
  }

  /** Of a worker of another replica, which asks for the run itself, or of a run that is over. */
  private void runsFound(WorkerAddress source, long wireId) {
    var unused =
        find(source, wireId)
            .thenAccept(
                found -> {
                  // Do not call a worker about a number that it was never given.
                  if (found.isPresent() && !found.get().running()) {
                    stop(source, wireId);
                  }
                })
            .exceptionally(ReportIntake::skip);
  }

  /** The worker reports a run each 15 s, and sends its lines once. */
  private static Void skip(Throwable failure) {
    LOG.debugf("Failed to find PowerJob runs; skipping their messages: %s", failure);
    return null;
  }

  private void stop(WorkerAddress worker, long wireId) {
    var unused = push.stop(worker, wireId);
  }

  /** Returns the attempt of the number, if it was given to this worker. */
  private CompletableFuture<Optional<Found>> find(WorkerAddress source, long wireId) {
    // A worker proves its address only, so addresses take turns, not apps.
    return lookups
        .submit(source.host().hashCode(), wireId)
        .thenApply(found -> found.filter(run -> run.worker().equals(source.workerName())));
  }

  /** Of a worker of another replica, or of a session that is over: the engine decides. */
  private CompletableFuture<Boolean> endFound(WorkerAddress source, InstanceReport report) {
    return find(source, report.instanceId())
        .thenCompose(
            found ->
                found
                    .map(run -> endFound(run, report))
                    .orElseGet(() -> CompletableFuture.completedFuture(true)));
  }

  private CompletableFuture<Boolean> endFound(Found run, InstanceReport report) {
    return runs.report(run.caller(), run.session(), end(run.attempt(), report))
        .thenApply(
            verdicts -> {
              hints.publish(new Hint.AttemptReported(run.session(), run.attempt()));
              return true;
            });
  }

  private static AttemptReport end(AttemptRef attempt, InstanceReport report) {
    boolean succeeded = report.instanceStatus() == RunStatus.SUCCEED.code();
    String text = report.result() == null ? "" : report.result();
    Outcome outcome =
        succeeded
            ? Outcome.SUCCEEDED
            : text.startsWith(TIMED_OUT) ? Outcome.TIMED_OUT : Outcome.FAILED;
    return new AttemptReport(
        attempt.instance(),
        attempt.attempt(),
        outcome,
        succeeded ? text : null,
        succeeded ? null : text,
        null,
        report.runTimeMillis());
  }

  /** Stores lines of the runs of a worker whose address was checked; others are dropped. */
  void log(WorkerAddress source, LogReport report) {
    Map<Long, List<Line>> lines = new LinkedHashMap<>();
    int count = 0;
    for (LogReport.Line line : report.instanceLogContents()) {
      List<Line> parts = split(line);
      count += parts.size();
      if (count > MessageLimits.MAX_LOG_REQUEST_LINES) {
        break;
      }
      lines.computeIfAbsent(line.instanceId(), id -> new ArrayList<>()).addAll(parts);
    }
    int lookedUp = 0;
    for (Map.Entry<Long, List<Line>> ofRun : lines.entrySet()) {
      Optional<Known> known =
          runs.find(ofRun.getKey()).filter(run -> run.seat().address().equals(source));
      if (known.isPresent()) {
        WorkerSeat seat = known.get().seat();
        store(seat.app().caller(), seat.session(), known.get().run().attempt(), ofRun.getValue());
      } else if (++lookedUp <= MAX_LOOKUPS_OF_A_LOG) {
        storeFound(source, ofRun.getKey(), ofRun.getValue());
      }
    }
  }

  private void storeFound(WorkerAddress source, long wireId, List<Line> lines) {
    var unused =
        find(source, wireId)
            .thenAccept(
                found ->
                    found.ifPresent(
                        run -> store(run.caller(), run.session(), run.attempt(), lines)))
            .exceptionally(ReportIntake::skip);
  }

  private void store(Caller caller, UUID session, AttemptRef attempt, List<Line> lines) {
    List<Chunk> chunks = new ArrayList<>();
    for (int from = 0; from < lines.size(); from += MessageLimits.MAX_LOG_CHUNK_LINES) {
      chunks.add(
          new Chunk(
              attempt.instance(),
              attempt.attempt(),
              0,
              lines.subList(
                  from, Math.min(lines.size(), from + MessageLimits.MAX_LOG_CHUNK_LINES))));
    }
    var unused = logs.append(caller, new LogsRequest(session.toString(), chunks));
  }

  private List<Line> split(LogReport.Line line) {
    long age = Math.max(0, clock.instant().toEpochMilli() - line.logTime());
    String stream = line.isWarning() ? "stderr" : "stdout";
    String text = line.logContent() == null ? "" : line.logContent();
    return text.lines()
        .limit(MessageLimits.MAX_LOG_REQUEST_LINES + 1L)
        .map(part -> new Line(age, stream, part))
        .toList();
  }
}
