package dev.orrery.scheduler.retention;

import dev.orrery.scheduler.retention.PartitionStore.Partitioned;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;

/** Drops whole days of history and logs that are older than the retention. */
@ApplicationScoped
public class PartitionExpiry {
  private final PartitionStore partitions;
  private final RetentionConfig retention;

  PartitionExpiry(PartitionStore partitions, RetentionConfig retention) {
    this.partitions = partitions;
    this.retention = retention;
  }

  /**
   * Drops the partitions of expired days.
   *
   * @throws dev.orrery.scheduler.database.DatabaseException if a statement failed
   */
  public void dropExpired() {
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
}
