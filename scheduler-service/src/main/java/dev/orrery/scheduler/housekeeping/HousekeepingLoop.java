package dev.orrery.scheduler.housekeeping;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_BEFORE_PORTS;

import dev.orrery.scheduler.console.ConsoleSessionService;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.SchemaState;
import dev.orrery.scheduler.dispatch.PollService;
import dev.orrery.scheduler.endcount.EndCountCompaction;
import dev.orrery.scheduler.fire.FixedDelayRepair;
import dev.orrery.scheduler.notification.NotificationLoop;
import dev.orrery.scheduler.progress.ProgressStore;
import dev.orrery.scheduler.retention.HistoryPerJob;
import dev.orrery.scheduler.retention.PartitionCreation;
import dev.orrery.scheduler.retention.PartitionExpiry;
import dev.orrery.scheduler.retention.PruneStore;
import dev.orrery.scheduler.retention.RetentionConfig;
import dev.orrery.scheduler.worker.SessionEndService;
import dev.orrery.scheduler.worker.SessionRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * Periodic maintenance: partitions, retention, repair checks. Every replica runs it; running it
 * twice is harmless.
 */
@ApplicationScoped
public class HousekeepingLoop {
  private static final Logger LOG = Logger.getLogger(HousekeepingLoop.class);

  private final PartitionCreation partitions;
  private final PartitionExpiry expiry;
  private final PruneStore prune;
  private final ProgressStore progress;
  private final HistoryPerJob historyPerJob;
  private final RetentionConfig retention;
  private final SessionEndService sessionEnds;
  private final SessionRegistry sessions;
  private final PollService polls;
  private final FixedDelayRepair delays;
  private final NotificationLoop notifier;
  private final ConsoleSessionService consoleSessions;
  private final EndCountCompaction endCounts;

  HousekeepingLoop(
      PartitionCreation partitions,
      PartitionExpiry expiry,
      PruneStore prune,
      ProgressStore progress,
      HistoryPerJob historyPerJob,
      RetentionConfig retention,
      SessionEndService sessionEnds,
      SessionRegistry sessions,
      PollService polls,
      FixedDelayRepair delays,
      NotificationLoop notifier,
      ConsoleSessionService consoleSessions,
      EndCountCompaction endCounts) {
    this.partitions = partitions;
    this.expiry = expiry;
    this.prune = prune;
    this.progress = progress;
    this.historyPerJob = historyPerJob;
    this.retention = retention;
    this.sessionEnds = sessionEnds;
    this.sessions = sessions;
    this.polls = polls;
    this.delays = delays;
    this.notifier = notifier;
    this.consoleSessions = consoleSessions;
    this.endCounts = endCounts;
  }

  void start(@Observes @Priority(START_BEFORE_PORTS) StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      partitions.createAhead();
    }
  }

  @Scheduled(every = "1h", delayed = "1h", concurrentExecution = ConcurrentExecution.SKIP)
  void hourly() {
    guarded(
        () -> {
          partitions.createAhead();
          expiry.dropExpired();
          prune.defaultHistoryOlderThan(retention.history());
          prune.defaultAttemptsOlderThan(retention.history());
          prune.defaultLogsOlderThan(retention.logs());
          prune.sessionsEndedBefore(retention.sessions());
          prune.backfillsOlderThan(retention.history());
          notifier.prune(retention.deliveries());
          progress.prune(retention.progress());
        });
  }

  @Scheduled(every = "60s", delayed = "60s", concurrentExecution = ConcurrentExecution.SKIP)
  public void everyMinute() {
    guarded(
        () -> {
          prune.idempotencyOlderThan(retention.idempotencyKeys());
          prune.unusedConcurrencyRows();
          consoleSessions.prune();
          historyPerJob.enforce();
          endCounts.age();
        });
  }

  @Scheduled(
      every = FixedDelayRepair.INTERVAL,
      delayed = FixedDelayRepair.INTERVAL,
      concurrentExecution = ConcurrentExecution.SKIP)
  void repairFixedDelays() {
    guarded(delays::repair);
  }

  @Scheduled(every = "10s", delayed = "10s", concurrentExecution = ConcurrentExecution.SKIP)
  void everyTenSeconds() {
    guarded(
        () -> {
          sessionEnds.requeueOrphans();
          sessions.forgetEnded();
          polls.redeliver();
          endCounts.compact();
        });
  }

  /** The due-work loop logs outages; housekeeping only skips a run. */
  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (DatabaseException e) {
      if (!e.isTemporary()) {
        throw e;
      }
      LOG.debugf("Housekeeping skipped, the database refused: %s", e.getMessage());
    }
  }
}
