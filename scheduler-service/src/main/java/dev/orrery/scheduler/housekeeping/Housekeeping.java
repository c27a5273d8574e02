package dev.orrery.scheduler.housekeeping;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_BEFORE_PORTS;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.SchemaState;
import dev.orrery.scheduler.dispatch.PollService;
import dev.orrery.scheduler.fire.FixedDelayRepair;
import dev.orrery.scheduler.notification.NotificationLoop;
import dev.orrery.scheduler.progress.ProgressStore;
import dev.orrery.scheduler.retention.HistoryBound;
import dev.orrery.scheduler.retention.PartitionStore;
import dev.orrery.scheduler.retention.PartitionStore.Partitioned;
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
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Periodic maintenance: partitions, retention, repair checks. Every replica runs it; running it
 * twice is harmless.
 */
@ApplicationScoped
public class Housekeeping {
  private static final Logger LOG = Logger.getLogger(Housekeeping.class);
  private static final int DAYS_AHEAD = 7;
  private static final Duration IDEMPOTENCY = Duration.ofHours(24);

  /** After the end of an instance its result says more. */
  private static final Duration PROGRESS = Duration.ofHours(24);

  private final PartitionStore partitions;
  private final PruneStore prune;
  private final ProgressStore progress;
  private final HistoryBound historyBound;
  private final RetentionConfig retention;
  private final SessionEndService sessionEnds;
  private final SessionRegistry sessions;
  private final PollService polls;
  private final FixedDelayRepair delays;
  private final NotificationLoop notifier;

  Housekeeping(
      PartitionStore partitions,
      PruneStore prune,
      ProgressStore progress,
      HistoryBound historyBound,
      RetentionConfig retention,
      SessionEndService sessionEnds,
      SessionRegistry sessions,
      PollService polls,
      FixedDelayRepair delays,
      NotificationLoop notifier) {
    this.partitions = partitions;
    this.prune = prune;
    this.progress = progress;
    this.historyBound = historyBound;
    this.retention = retention;
    this.sessionEnds = sessionEnds;
    this.sessions = sessions;
    this.polls = polls;
    this.delays = delays;
    this.notifier = notifier;
  }

  void start(@Observes @Priority(START_BEFORE_PORTS) StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      makePartitions();
    }
  }

  @Scheduled(every = "1h", delayed = "1h", concurrentExecution = ConcurrentExecution.SKIP)
  void hourly() {
    guarded(
        () -> {
          makePartitions();
          dropOldPartitions();
          prune.defaultHistoryOlderThan(retention.history());
          prune.defaultAttemptsOlderThan(retention.history());
          prune.defaultLogsOlderThan(retention.logs());
          prune.sessionsEndedBefore(retention.sessions());
          prune.backfillsOlderThan(retention.history());
          notifier.prune(retention.deliveries());
          progress.prune(PROGRESS);
        });
  }

  @Scheduled(every = "60s", delayed = "60s", concurrentExecution = ConcurrentExecution.SKIP)
  public void everyMinute() {
    guarded(
        () -> {
          prune.idempotencyOlderThan(IDEMPOTENCY);
          delays.repair();
          prune.unusedSlots();
          historyBound.enforce();
        });
  }

  @Scheduled(every = "10s", delayed = "10s", concurrentExecution = ConcurrentExecution.SKIP)
  void everyTenSeconds() {
    guarded(
        () -> {
          sessionEnds.requeueOrphans();
          sessions.forgetEnded();
          polls.bringUnheard();
        });
  }

  private void makePartitions() {
    LocalDate today = partitions.today();
    for (Partitioned table : Partitioned.values()) {
      List<LocalDate> there = partitions.days(table);
      for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
        LocalDate day = today.plusDays(ahead);
        if (!there.contains(day)) {
          makePartition(table, day);
        }
      }
    }
  }

  private void makePartition(Partitioned table, LocalDate day) {
    try {
      partitions.create(table, day);
    } catch (DatabaseException e) {
      if (e.isOutage()) {
        throw e;
      }
      // Its rows stay where they are, in the default partition, and nothing is lost by that.
      LOG.warnf("No partition of its own for %s: %s", table.partition(day), e.getMessage());
    }
  }

  private void dropOldPartitions() {
    LocalDate today = partitions.today();
    LocalDate logsBefore = today.minusDays(retention.logs().toDays());
    partitions.days(Partitioned.LOG_CHUNK).stream()
        .filter(day -> day.isBefore(logsBefore))
        .forEach(day -> partitions.drop(Partitioned.LOG_CHUNK, day));
    LocalDate historyBefore = today.minusDays(retention.history().toDays());
    for (LocalDate day : partitions.days(Partitioned.INSTANCE_HISTORY)) {
      if (day.isBefore(historyBefore) && partitions.historyIsOlderThan(day, retention.history())) {
        partitions.drop(Partitioned.INSTANCE_HISTORY, day);
        partitions.drop(Partitioned.ATTEMPT, day);
      }
    }
  }

  /** The due-work loop tells of an outage; here it is only waited out. */
  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (DatabaseException e) {
      if (!e.isOutage()) {
        throw e;
      }
      LOG.debugf("Put off: %s", e.getMessage());
    }
  }
}
