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
import dev.orrery.scheduler.logs.LogIntake;
import dev.orrery.scheduler.powerjob.RunTracker.Known;
import dev.orrery.scheduler.powerjob.SeatStore.Found;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Takes reports and log lines of PowerJob's workers. */
@ApplicationScoped
class ReportIntake {
  /** The worker waits five seconds for an answer, and then repeats the report. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

  /** How PowerJob's worker says that it stopped a run at its time-out. */
  private static final String TIMED_OUT = "instance execute timeout";

  private static final GroupCommit.Settings LOOKUPS =
      new GroupCommit.Settings("runs of PowerJob", 1_000, 20_000, 1);

  private final RunTracker runs;
  private final OpenedAppService apps;
  private final LogIntake logs;
  private final InstantSource clock;
  private final GroupCommit<Long, Optional<Found>> lookups;

  ReportIntake(
      RunTracker runs,
      OpenedAppService apps,
      SeatStore store,
      LogIntake logs,
      InstantSource clock,
      EngineExecutor executor,
      CommitMetrics groups) {
    this.runs = runs;
    this.apps = apps;
    this.logs = logs;
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
      known.ifPresent(runs::confirm);
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

  /** Of a worker of another replica, or of a session that is over: the engine decides. */
  private CompletableFuture<Boolean> endFound(WorkerAddress source, InstanceReport report) {
    // A worker proves its address only, so addresses take turns, not apps.
    return lookups
        .submit(source.host().hashCode(), report.instanceId())
        .thenCompose(
            found ->
                found
                    .filter(run -> run.worker().equals(source.workerName()))
                    .flatMap(
                        run ->
                            apps.find(run.app())
                                .map(
                                    app ->
                                        runs.report(app, run.session(), end(run.attempt(), report))
                                            .thenApply(verdicts -> true)))
                    .orElseGet(() -> CompletableFuture.completedFuture(true)));
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

  /** Stores lines of runs of this replica's workers; others are dropped. */
  void log(WorkerAddress source, LogReport report) {
    Map<Known, List<Line>> lines = new HashMap<>();
    Map<Long, Known> asked = new HashMap<>();
    int count = 0;
    for (LogReport.Line line : report.instanceLogContents()) {
      Known known = asked.computeIfAbsent(line.instanceId(), id -> runs.find(id).orElse(null));
      if (known == null || !known.seat().address().equals(source)) {
        continue;
      }
      for (Line part : split(line)) {
        if (++count > MessageLimits.MAX_LOG_REQUEST_LINES) {
          break;
        }
        lines.computeIfAbsent(known, run -> new ArrayList<>()).add(part);
      }
    }
    lines.forEach(this::store);
  }

  private void store(Known known, List<Line> lines) {
    List<Chunk> chunks = new ArrayList<>();
    for (int from = 0; from < lines.size(); from += MessageLimits.MAX_LOG_CHUNK_LINES) {
      List<Line> part =
          lines.subList(from, Math.min(lines.size(), from + MessageLimits.MAX_LOG_CHUNK_LINES));
      known
          .seat()
          .change(
              () ->
                  chunks.add(
                      new Chunk(
                          known.run().attempt().instance(),
                          known.run().attempt().attempt(),
                          known.run().addLines(part.size()),
                          part)));
    }
    var unused =
        logs.take(
            known.seat().app().caller(),
            new LogsRequest(known.seat().session().toString(), chunks));
  }

  private List<Line> split(LogReport.Line line) {
    long age = Math.max(0, clock.instant().toEpochMilli() - line.logTime());
    String stream = line.isWarning() ? "stderr" : "stdout";
    String text = line.logContent() == null ? "" : line.logContent();
    return text.lines().map(part -> new Line(age, stream, part)).toList();
  }
}
