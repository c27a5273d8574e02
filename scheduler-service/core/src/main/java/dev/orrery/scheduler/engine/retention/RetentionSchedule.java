package dev.orrery.scheduler.engine.retention;

import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Registers the maintenance of this package: partitions, and the deletion of old rows. */
@ApplicationScoped
class RetentionSchedule implements HousekeepingSource {
  /** A client may open and end sessions in a loop, and each stays until its retention ends. */
  private static final int MAX_ENDED_SESSIONS_PER_APP = 100_000;

  /** As for sessions; a refusal of a worker still names a token that was revoked. */
  private static final int MAX_DEAD_TOKENS_PER_APP = 1000;

  private final PartitionCreation partitions;
  private final PartitionExpiry expiry;
  private final PruneStore prune;
  private final HistoryPerJob historyPerJob;
  private final JobExpiry jobs;

  RetentionSchedule(
      PartitionCreation partitions,
      PartitionExpiry expiry,
      PruneStore prune,
      HistoryPerJob historyPerJob,
      JobExpiry jobs) {
    this.partitions = partitions;
    this.expiry = expiry;
    this.prune = prune;
    this.historyPerJob = historyPerJob;
    this.jobs = jobs;
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        hourly("create partitions", partitions::createAhead),
        hourly("drop partitions", expiry::dropExpired),
        hourly("history", () -> prune.defaultHistoryOlderThan(retention.history())),
        hourly("parents", () -> prune.defaultParentsOlderThan(retention.history())),
        hourly("parts", () -> prune.defaultPartsOlderThan(retention.history())),
        hourly("nodes", () -> prune.defaultNodesOlderThan(retention.history())),
        hourly("attempts", () -> prune.defaultAttemptsOlderThan(retention.history())),
        hourly("logs", () -> prune.defaultLogsOlderThan(retention.logs())),
        hourly("sessions", () -> prune.sessionsEndedBefore(retention.sessions())),
        hourly("sessions of apps", () -> prune.sessionsBeyond(MAX_ENDED_SESSIONS_PER_APP)),
        hourly("tokens", () -> prune.tokensDeadFor(retention.tokens())),
        hourly("tokens of apps", () -> prune.deleteDeadTokens(MAX_DEAD_TOKENS_PER_APP)),
        hourly("versions of jobs", jobs::deleteVersions),
        hourly("deleted jobs", jobs::deleteJobs),
        hourly("backfills", () -> prune.backfillsOlderThan(retention.history())),
        everyMinute("retry partitions", partitions::retry),
        everyMinute(
            "idempotency keys", () -> prune.idempotencyOlderThan(retention.idempotencyKeys())),
        everyMinute("unused concurrency rows", prune::unusedConcurrencyRows),
        everyMinute("history per job", historyPerJob::enforce));
  }

  private static HousekeepingChore hourly(String name, Runnable work) {
    return new HousekeepingChore(name, Schedule.HOURLY, work);
  }

  private static HousekeepingChore everyMinute(String name, Runnable work) {
    return new HousekeepingChore(name, Schedule.EVERY_MINUTE, work);
  }
}
