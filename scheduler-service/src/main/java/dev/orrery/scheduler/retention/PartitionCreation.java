package dev.orrery.scheduler.retention;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.retention.PartitionStore.Partitioned;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.List;
import org.jboss.logging.Logger;

/** Creates daily partitions ahead of time. */
@ApplicationScoped
public class PartitionCreation {
  private static final Logger LOG = Logger.getLogger(PartitionCreation.class);
  private static final int DAYS_AHEAD = 7;

  private final PartitionStore partitions;

  PartitionCreation(PartitionStore partitions) {
    this.partitions = partitions;
  }

  /**
   * Creates the partitions of today and of the next {@value #DAYS_AHEAD} days that are missing.
   *
   * @throws DatabaseException if the database is away
   */
  public void createAhead() {
    LocalDate today = partitions.today();
    for (Partitioned table : Partitioned.values()) {
      List<LocalDate> existing = partitions.days(table);
      for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
        LocalDate day = today.plusDays(ahead);
        if (!existing.contains(day)) {
          create(table, day);
        }
      }
    }
  }

  private void create(Partitioned table, LocalDate day) {
    try {
      partitions.create(table, day);
    } catch (DatabaseException e) {
      if (e.isOutage()) {
        throw e;
      }
      // The rows of that day stay in the default partition; none is lost.
      LOG.warnf("Partition not created: table=%s reason=%s", table.partition(day), e.getMessage());
    }
  }
}
