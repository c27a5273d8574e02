package dev.orrery.scheduler.housekeeping;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_BEFORE_PORTS;

import dev.orrery.scheduler.console.ConsoleSessionService;
import dev.orrery.scheduler.database.SchemaState;
import dev.orrery.scheduler.dispatch.PollService;
import dev.orrery.scheduler.fire.FixedDelayRepair;
import dev.orrery.scheduler.lifecycle.ProgressWatch;
import dev.orrery.scheduler.notification.NotificationLoop;
import dev.orrery.scheduler.progress.ProgressStore;
import dev.orrery.scheduler.retention.HistoryPerJob;
import dev.orrery.scheduler.retention.JobExpiry;
import dev.orrery.scheduler.retention.PartitionCreation;
import dev.orrery.scheduler.retention.PartitionExpiry;
import dev.orrery.scheduler.retention.PruneStore;
import dev.orrery.scheduler.retention.RetentionConfig;
import dev.orrery.scheduler.statistics.EndCountCompaction;
import dev.orrery.scheduler.worker.SessionEndService;
import dev.orrery.scheduler.worker.SessionRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Periodic maintenance: partitions, retention, repair checks. Every replica runs it; running it
 * twice is harmless.
 */
@ApplicationScoped
public class HousekeepingLoop {
  /** A client may open and end sessions in a loop, and each stays until its retention ends. */
  private static final int ENDED_SESSIONS_OF_APP = 100_000;

  /** As for sessions; a refusal of a worker still names a token that was revoked. */
  private static final int DEAD_TOKENS_OF_APP = 1000;

  private final PartitionCreation partitions;
  private final PartitionExpiry expiry;
  private final PruneStore prune;
  private final ProgressStore progress;
  private final HistoryPerJob historyPerJob;
  private final JobExpiry jobs;
  private final RetentionConfig retention;
  private final SessionEndService sessionEnds;
  private final SessionRegistry sessions;
  private final PollService polls;
  private final FixedDelayRepair delays;
  private final NotificationLoop notifier;
  private final ConsoleSessionService consoleSessions;
  private final EndCountCompaction endCounts;
  private final ChoreRuns runs;

  HousekeepingLoop(
      PartitionCreation partitions,
      PartitionExpiry expiry,
      PruneStore prune,
      ProgressStore progress,
      HistoryPerJob historyPerJob,
      JobExpiry jobs,
      RetentionConfig retention,
      SessionEndService sessionEnds,
      SessionRegistry sessions,
      PollService polls,
      FixedDelayRepair delays,
      NotificationLoop notifier,
      ConsoleSessionService consoleSessions,
      EndCountCompaction endCounts,
      ProgressWatch watch) {
    this.partitions = partitions;
    this.expiry = expiry;
    this.prune = prune;
    this.progress = progress;
    this.historyPerJob = historyPerJob;
    this.jobs = jobs;
    this.retention = retention;
    this.sessionEnds = sessionEnds;
    this.sessions = sessions;
    this.polls = polls;
    this.delays = delays;
    this.notifier = notifier;
    this.consoleSessions = consoleSessions;
    this.endCounts = endCounts;
    this.runs = new ChoreRuns(watch);
  }

  void start(@Observes @Priority(START_BEFORE_PORTS) StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      partitions.createAhead();
    }
  }

  @Scheduled(every = "1h", delayed = "1h", concurrentExecution = ConcurrentExecution.SKIP)
  void hourly() {
    HousekeepingChore.runAll(
        runs,
        Duration.ofHours(1),
        new HousekeepingChore("create partitions", partitions::createAhead),
        new HousekeepingChore("drop partitions", expiry::dropExpired),
        new HousekeepingChore("history", () -> prune.defaultHistoryOlderThan(retention.history())),
        new HousekeepingChore(
            "attempts", () -> prune.defaultAttemptsOlderThan(retention.history())),
        new HousekeepingChore("logs", () -> prune.defaultLogsOlderThan(retention.logs())),
        new HousekeepingChore("sessions", () -> prune.sessionsEndedBefore(retention.sessions())),
        new HousekeepingChore(
            "sessions of apps", () -> prune.sessionsBeyond(ENDED_SESSIONS_OF_APP)),
        new HousekeepingChore("tokens", () -> prune.tokensDeadFor(retention.tokens())),
        new HousekeepingChore("tokens of apps", () -> prune.deadTokensBeyond(DEAD_TOKENS_OF_APP)),
        new HousekeepingChore("versions of jobs", jobs::deleteVersions),
        new HousekeepingChore("deleted jobs", jobs::deleteJobs),
        new HousekeepingChore("backfills", () -> prune.backfillsOlderThan(retention.history())),
        new HousekeepingChore("deliveries", () -> notifier.prune(retention.deliveries())),
        new HousekeepingChore("progress", () -> progress.prune(retention.progress())));
  }

  @Scheduled(every = "60s", delayed = "60s", concurrentExecution = ConcurrentExecution.SKIP)
  public void everyMinute() {
    HousekeepingChore.runAll(
        runs,
        Duration.ofMinutes(1),
        new HousekeepingChore("retry partitions", partitions::retry),
        new HousekeepingChore(
            "idempotency keys", () -> prune.idempotencyOlderThan(retention.idempotencyKeys())),
        new HousekeepingChore("unused concurrency rows", prune::unusedConcurrencyRows),
        new HousekeepingChore("console sessions", consoleSessions::prune),
        new HousekeepingChore("history per job", historyPerJob::enforce),
        new HousekeepingChore("age of end counts", endCounts::age));
  }

  @Scheduled(
      every = FixedDelayRepair.INTERVAL,
      delayed = FixedDelayRepair.INTERVAL,
      concurrentExecution = ConcurrentExecution.SKIP)
  void repairFixedDelays() {
    HousekeepingChore.runAll(
        runs, Duration.ofMinutes(1), new HousekeepingChore("fixed delays", delays::repair));
  }

  @Scheduled(every = "10s", delayed = "10s", concurrentExecution = ConcurrentExecution.SKIP)
  void everyTenSeconds() {
    HousekeepingChore.runAll(
        runs,
        Duration.ofSeconds(10),
        new HousekeepingChore("orphans", sessionEnds::requeueOrphans),
        new HousekeepingChore("ended sessions", sessions::forgetEnded),
        new HousekeepingChore("redelivery", polls::redeliver),
        new HousekeepingChore("end counts", endCounts::compact));
  }
}
