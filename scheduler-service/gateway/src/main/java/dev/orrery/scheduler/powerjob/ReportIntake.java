package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import dev.orrery.powerjob.RunStatus;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import dev.orrery.scheduler.model.progress.ProgressIntake;
import dev.orrery.scheduler.powerjob.GatewaySessionStore.Found;
import dev.orrery.scheduler.powerjob.HeldBlocks.TimedLine;
import dev.orrery.scheduler.powerjob.LogSequencer.Source;
import dev.orrery.scheduler.powerjob.ReportedEndRule.Stop;
import dev.orrery.scheduler.powerjob.RunTracker.Known;
import dev.orrery.scheduler.powerjob.wire.WireIdService;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Accepts reports and log lines from PowerJob workers. */
@ApplicationScoped
class ReportIntake {
  private static final GroupCommit.Settings LOOKUPS =
      new GroupCommit.Settings("PowerJob runs", 1_000, 20_000, 1);

  private static final int MAX_LOG_OWNERS = 20_000;

  /** A worker sends 20 lines in a message. */
  private static final int MAX_LOOKUPS_OF_A_LOG = 100;

  /** Far above 20 lines with long traces. */
  static final int MAX_LINES_OF_A_LOG = 10_000;

  private static final long WAITING_CHARACTERS = 16L * 1024 * 1024;
  private static final long WAITING_CHARACTERS_PER_ADDRESS = WAITING_CHARACTERS / 4;

  private final GatewayLoop loop;
  private final RunTracker runs;
  private final GatewaySessionRegistry gatewaySessions;
  private final WireIdService wireIds;
  private final LogSequencer logs;
  private final ProgressIntake progress;
  private final WorkerDirectory directory;
  private final HintBus hints;
  private final Ticker ticker;
  private final GroupCommit<Long, Optional<Found>> lookups;

  /** A worker sends lines of a run each few seconds, and may not be the one that has the run. */
  private final ReadThroughCache<Long, Optional<Found>> logOwners;

  /** The characters of log messages that wait for a lookup, and those of one address. */
  private final AppQuota waiting;

  private final RateLimitedLog dropped;

  ReportIntake(
      GatewayLoop loop,
      RunTracker runs,
      GatewaySessionRegistry gatewaySessions,
      GatewaySessionStore store,
      WireIdService wireIds,
      LogSequencer logs,
      ProgressIntake progress,
      WorkerDirectory directory,
      HintBus hints,
      Ticker ticker,
      EngineExecutor executor,
      CommitMetrics groups,
      QuotaMetrics quotas) {
    this.loop = loop;
    this.runs = runs;
    this.gatewaySessions = gatewaySessions;
    this.wireIds = wireIds;
    this.logs = logs;
    this.progress = progress;
    this.directory = directory;
    this.hints = hints;
    this.ticker = ticker;
    this.waiting =
        quotas.watch(
            "powerjob_log_lookups",
            new AppQuota(WAITING_CHARACTERS, WAITING_CHARACTERS_PER_ADDRESS));
    this.dropped =
        new RateLimitedLog(System.getLogger(ReportIntake.class.getName()), ticker::nanos);
    this.logOwners = new ReadThroughCache<>(PowerJobLimits.LOG_OWNER_TIME, MAX_LOG_OWNERS, ticker);
    this.lookups = groups.watch(new GroupCommit<>(LOOKUPS, executor, ids -> lookUp(store, ids)));
  }

  private List<Optional<Found>> lookUp(GatewaySessionStore store, List<Long> ids) {
    Map<Long, Long> firsts = new HashMap<>();
    ids.forEach(id -> firsts.put(id, wireIds.instanceOfFirst(id)));
    Map<Long, Found> found = store.find(firsts);
    return ids.stream().map(id -> Optional.ofNullable(found.get(id))).toList();
  }

  /**
   * Takes a report of a worker whose address was checked. It counts only with the wire id of an
   * attempt of this worker and app.
   *
   * @return completes with true when the end is stored or is of no interest any more, and with
   *     false if the worker must repeat it; a report of a running run is true at once
   */
  CompletableFuture<Boolean> report(WorkerChannel source, InstanceReport report) {
    RunStatus status = RunStatus.of(report.instanceStatus()).orElse(null);
    Optional<Known> known =
        known(source, report.instanceId())
            .filter(run -> run.gatewaySession().app().id() == report.appId());
    if (status == RunStatus.RUNNING) {
      known.ifPresentOrElse(run -> runsKnown(source, run, report), () -> runsFound(source, report));
      return CompletableFuture.completedFuture(true);
    }
    if (status != RunStatus.SUCCEED && status != RunStatus.FAILED) {
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<Boolean> stored =
        known.isPresent() ? endKnown(known.get(), report) : endFound(source, report);
    return stored
        .orTimeout(PowerJobLimits.REPORT_ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> false);
  }

  private Optional<Known> known(WorkerChannel source, long wireId) {
    return runs.find(wireId).filter(run -> run.gatewaySession().channel().isSame(source));
  }

  private CompletableFuture<Boolean> endKnown(Known known, InstanceReport report) {
    WorkerRun run = known.run();
    Stop stop = new Stop(run.timeoutMillis(), known.stoppedMillis(ticker.nanos()));
    AttemptReport end = ReportedEndRule.of(run.attempt(), report, stop);
    return runs.end(
            known.gatewaySession(), run, end.outcome(), end.result(), end.error(), end.runTime())
        .thenApply(verdicts -> true);
  }

  private void runsKnown(WorkerChannel source, Known known, InstanceReport report) {
    if (known.hasEnded()) {
      stop(source, known.run().wireId());
      return;
    }
    GatewaySession gatewaySession = known.gatewaySession();
    loop.offer(gatewaySession.app().id(), () -> runs.confirm(known.run()));
    if (gatewaySession.kind() == TrackerKind.HEAVY) {
      showProgress(gatewaySession.app().id(), gatewaySession.id(), known.run().attempt(), report);
    }
  }

  private void showProgress(int app, UUID session, AttemptRef attempt, InstanceReport report) {
    TaskProgress.of(report)
        .ifPresent(tasks -> progress.take(app, session, List.of(tasks.update(attempt))));
  }

  /** Of a worker of another replica, which asks for the run itself, or of a run that is over. */
  private void runsFound(WorkerChannel source, InstanceReport report) {
    var unused =
        find(source, report)
            .thenAccept(
                found -> {
                  // Do not call a worker about a number that it was never given.
                  found.ifPresent(run -> runsFound(source, run, report));
                })
            .exceptionally(this::drop);
  }

  private void runsFound(WorkerChannel source, Found run, InstanceReport report) {
    if (!run.running()) {
      stop(source, report.instanceId());
    } else if (run.heavy()) {
      showProgress(run.appId(), run.session(), run.attempt(), report);
    }
  }

  /** The worker reports a run each 15 s, and sends its lines once. */
  private Void drop(Throwable failure) {
    dropped.log(
        Level.WARNING,
        "dropped",
        "Failed to look up PowerJob runs; dropping a worker's message. Reports are repeated after"
            + " 15 s; log lines are lost: "
            + failure);
    return null;
  }

  private static void stop(WorkerChannel worker, long wireId) {
    var unused = worker.stop(wireId);
  }

  /** Returns the attempt of the number, if it was given to this worker. */
  private CompletableFuture<Optional<Found>> find(WorkerChannel source, long wireId) {
    // A worker proves its address only, so addresses take turns, not apps.
    return lookups
        .submit(source.host().hashCode(), wireId)
        .thenApply(found -> found.filter(run -> source.isWorker(run.worker(), run.protocol())));
  }

  private CompletableFuture<Optional<Found>> find(WorkerChannel source, InstanceReport report) {
    return find(source, report.instanceId())
        .thenApply(found -> found.filter(run -> run.appId() == report.appId()));
  }

  /** Of a worker of another replica, or of a session that is over: the engine decides. */
  private CompletableFuture<Boolean> endFound(WorkerChannel source, InstanceReport report) {
    return find(source, report)
        .thenCompose(
            found ->
                found
                    .map(run -> endFound(run, report))
                    .orElseGet(() -> CompletableFuture.completedFuture(true)));
  }

  private CompletableFuture<Boolean> endFound(Found run, InstanceReport report) {
    // Whoever has the gateway session tells the worker to stop as soon as this is asked for.
    Stop stop = new Stop(run.timeoutMillis(), run.canceledMillis());
    return runs.report(run.caller(), run.session(), ReportedEndRule.of(run.attempt(), report, stop))
        .thenApply(
            verdicts -> {
              hints.publish(new Hint.AttemptReported(run.session(), run.attempt()));
              return true;
            });
  }

  /**
   * Stores lines of the runs of a worker whose address was checked; others are dropped. Only texts
   * of runs of this worker are split into lines.
   */
  void log(WorkerChannel source, LogReport report) {
    long arrivedNanos = ticker.nanos();
    Map<Long, List<LogReport.Line>> ofRuns = new LinkedHashMap<>();
    report
        .instanceLogContents()
        .forEach(
            line -> ofRuns.computeIfAbsent(line.instanceId(), id -> new ArrayList<>()).add(line));
    AtomicInteger room = new AtomicInteger(MAX_LINES_OF_A_LOG);
    int lookedUp = 0;
    for (Map.Entry<Long, List<LogReport.Line>> ofRun : ofRuns.entrySet()) {
      Consumer<Source> add =
          run -> {
            List<TimedLine> lines = split(ofRun.getValue(), room);
            if (!lines.isEmpty()) {
              logs.add(run, byOwnClock(source, run, lines), report.isRest(), arrivedNanos);
            }
          };
      Optional<Known> known =
          runs.find(ofRun.getKey()).filter(run -> mayWriteLog(source, run.gatewaySession()));
      if (known.isPresent()) {
        GatewaySession gatewaySession = known.get().gatewaySession();
        add.accept(
            new Source(
                gatewaySession.app().caller(), gatewaySession.id(), known.get().run().attempt()));
      } else if (++lookedUp <= MAX_LOOKUPS_OF_A_LOG) {
        addFound(source, ofRun, add);
      }
    }
  }

  /** Workers whose clocks differ write into one log, and its readers look for a time. */
  private List<TimedLine> byOwnClock(WorkerChannel source, Source run, List<TimedLine> lines) {
    long lead = gatewaySessions.clockLeadMillis(run.caller().shareApp(), source);
    return lead == 0 ? lines : lines.stream().map(line -> line.earlierBy(lead)).toList();
  }

  /** Each worker that works for a heavy run writes into its log. */
  private boolean mayWriteLog(WorkerChannel source, GatewaySession gatewaySession) {
    return gatewaySession.channel().isSame(source)
        || (gatewaySession.kind() == TrackerKind.HEAVY
            && directory.contains(gatewaySession.app().id(), source));
  }

  private boolean mayWriteLog(WorkerChannel source, Found run) {
    return source.isWorker(run.worker(), run.protocol())
        || (run.heavy() && directory.contains(run.appId(), source));
  }

  /** The texts wait for the lookup in memory, and anyone can name a run. */
  private void addFound(
      WorkerChannel source, Map.Entry<Long, List<LogReport.Line>> ofRun, Consumer<Source> add) {
    String host = source.host();
    long characters = ofRun.getValue().stream().mapToLong(line -> text(line).length()).sum();
    Optional<QuotaPermit> place = waiting.hold(LimiterKey.of(host), characters);
    if (place.isEmpty()) {
      drop(new IllegalStateException("too many log lines wait for the lookup of their runs"));
      return;
    }
    var unused =
        logOwners
            .start(ofRun.getKey(), id -> lookups.submit(host.hashCode(), id))
            .thenAccept(
                found ->
                    found
                        .filter(run -> mayWriteLog(source, run))
                        .map(run -> new Source(run.caller(), run.session(), run.attempt()))
                        .ifPresent(add))
            .exceptionally(this::drop)
            .thenRun(place.get()::release);
  }

  /**
   * Returns the lines of all texts that there is room for. If some are cut, a line more says so.
   *
   * @param room of lines of the whole message; below zero if some were cut
   */
  private static List<TimedLine> split(List<LogReport.Line> texts, AtomicInteger room) {
    List<TimedLine> lines = new ArrayList<>();
    for (LogReport.Line text : texts) {
      int left = room.get();
      if (left < 0) {
        break;
      }
      List<TimedLine> parts = split(text, left);
      lines.addAll(parts);
      room.addAndGet(-parts.size());
    }
    return lines;
  }

  /** Returns at most one line more than there is room for, which says that the rest is cut. */
  private static List<TimedLine> split(LogReport.Line line, int room) {
    String stream = line.isWarning() ? "stderr" : "stdout";
    List<String> parts = new ArrayList<>(text(line).lines().limit(room + 1L).toList());
    if (parts.size() > room) {
      parts.set(
          room, "… (the worker sent more than " + MAX_LINES_OF_A_LOG + " lines in a message)");
    }
    return parts.stream().map(part -> new TimedLine(line.logTime(), stream, part)).toList();
  }

  private static String text(LogReport.Line line) {
    return line.logContent() == null ? "" : line.logContent();
  }
}
