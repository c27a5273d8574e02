package dev.orrery.scheduler.engine.retention;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.engine.retention.PartitionStore.Partitioned;
import dev.orrery.scheduler.engine.retention.PartitionStore.WaitingParent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.function.Consumer;
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
    dropDays(Partitioned.LOG_CHUNK, logsBefore, day -> partitions.drop(Partitioned.LOG_CHUNK, day));
    LocalDate historyBefore = today.minusDays(retention.history().toDays());
    dropDays(Partitioned.INSTANCE_HISTORY, historyBefore, this::dropHistory);
    // After the parents, because parts are kept as long as their parent.
    dropDays(Partitioned.PART_HISTORY, historyBefore, this::dropParts);
    partitions.waitingParentOfPartsBefore(historyBefore).ifPresent(PartitionExpiry::warn);
  }

  private void dropDays(Partitioned table, LocalDate end, Consumer<LocalDate> drop) {
    for (LocalDate day : partitions.days(table)) {
      if (day.isBefore(end)) {
        guarded(table, day, () -> drop.accept(day));
      }
    }
  }

  private void dropHistory(LocalDate day) {
    if (age.isOver(day, retention.history())) {
      // Drops the history last: after a crash in between, the next run finds the day by it.
      partitions.drop(Partitioned.ATTEMPT, day);
      partitions.drop(Partitioned.FLOW_NODE, day);
      partitions.drop(Partitioned.PARENT_INSTANCE, day);
      partitions.drop(Partitioned.INSTANCE_HISTORY, day);
    }
  }

  private void dropParts(LocalDate day) {
    // An active part could end between the check and the drop.
    if (!partitions.hasActive(day) && !partitions.hasPartsOfKeptParents(day)) {
      partitions.drop(Partitioned.PART_HISTORY, day);
    }
  }

  private static void warn(WaitingParent parent) {
    LOG.warnf(
        "A parent has waited longer than the history retention; keeping its ended parts. To end it,"
            + " resume its job, start workers, or run ./orrery cancel %1$d:"
            + " instance=%1$d app=%2$s job=%3$s",
        parent.id(), parent.app(), parent.job());
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
