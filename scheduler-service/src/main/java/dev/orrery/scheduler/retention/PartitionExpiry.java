package dev.orrery.scheduler.retention;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.retention.PartitionStore.Partitioned;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import org.jboss.logging.Logger;

/** Drops whole days of history and logs that exceed the retention. */
@ApplicationScoped
public class PartitionExpiry {
  private static final Logger LOG = Logger.getLogger(PartitionExpiry.class);

  private final PartitionStore partitions;
  private final HistoryAge age;
  private final RetentionConfig retention;

  PartitionExpiry(PartitionStore partitions, HistoryAge age, RetentionConfig retention) {
    this.partitions = partitions;
    this.age = age;
    this.retention = retention;
  }

  /**
   * Drops the partitions of expired days. If a partition cannot be dropped now, continues with the
   * others; the next run retries it.
   *
   * @throws DatabaseException if the database is not available
   */
  public void dropExpired() {
    LocalDate today = partitions.today();
    LocalDate logsBefore = today.minusDays(retention.logs().toDays());
    for (LocalDate day : partitions.days(Partitioned.LOG_CHUNK)) {
      if (day.isBefore(logsBefore)) {
        guarded(Partitioned.LOG_CHUNK, day, () -> partitions.drop(Partitioned.LOG_CHUNK, day));
      }
    }
    LocalDate historyBefore = today.minusDays(retention.history().toDays());
    for (LocalDate day : partitions.days(Partitioned.INSTANCE_HISTORY)) {
      if (day.isBefore(historyBefore)) {
        guarded(Partitioned.INSTANCE_HISTORY, day, () -> dropHistory(day));
      }
    }
  }

  private void dropHistory(LocalDate day) {
    // A parent that still waits counts its failed parts of earlier days.
    if (!partitions.hasAwaitingUpTo(day) && age.isOver(day, retention.history())) {
      // Drops the history last: after a crash in between, the next run finds the day by it.
      partitions.drop(Partitioned.ATTEMPT, day);
      partitions.drop(Partitioned.PART_HISTORY, day);
      partitions.drop(Partitioned.FLOW_NODE, day);
      partitions.drop(Partitioned.PARENT_INSTANCE, day);
      partitions.drop(Partitioned.INSTANCE_HISTORY, day);
    }
  }

  private static void guarded(Partitioned table, LocalDate day, Runnable drop) {
    try {
      drop.run();
    } catch (DatabaseException e) {
      if (e.isOutage() || e.isExhausted()) {
        throw e;
      }
      LOG.warnf(
          "Failed to drop a partition; the next run retries: partition=%s reason=%s",
          table.partition(day), e.getMessage());
    }
  }
}
