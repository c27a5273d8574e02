package dev.orrery.scheduler.engine.retention;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_BEFORE_PORTS;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.engine.retention.PartitionStore.Partitioned;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/** Creates daily partitions in advance. */
@ApplicationScoped
public class PartitionCreation {
  private static final Logger LOG = Logger.getLogger(PartitionCreation.class);
  private static final int DAYS_AHEAD = 7;

  /**
   * Each try may block other transactions for 200 ms, so a persistent lock is left to the next
   * hour.
   */
  private static final int MAX_RETRIES = 5;

  private final PartitionStore partitions;
  private final Set<Partitioned> locked = EnumSet.noneOf(Partitioned.class);
  private int retriesLeft;

  PartitionCreation(PartitionStore partitions) {
    this.partitions = partitions;
  }

  void start(@Observes @Priority(START_BEFORE_PORTS) StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      createAhead();
    }
  }

  /**
   * Creates the missing partitions of today and of the next {@value #DAYS_AHEAD} days. Leaves
   * tables that a reader has locked to {@link #retry}.
   *
   * @throws DatabaseException if the database is not available
   */
  public synchronized void createAhead() {
    retriesLeft = MAX_RETRIES;
    tryAll();
  }

  /**
   * Retries partitions that a lock prevented, at most {@value #MAX_RETRIES} times after each {@link
   * #createAhead}.
   *
   * @throws DatabaseException if the database is not available
   */
  public synchronized void retry() {
    if (!locked.isEmpty() && retriesLeft > 0) {
      retriesLeft--;
      tryAll();
    }
  }

  private void tryAll() {
    LocalDate today = partitions.today();
    for (Partitioned table : Partitioned.values()) {
      createMissing(table, today);
    }
  }

  private void createMissing(Partitioned table, LocalDate today) {
    List<LocalDate> existing = partitions.days(table);
    for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
      LocalDate day = today.plusDays(ahead);
      if (!existing.contains(day) && !create(table, day)) {
        return;
      }
    }
    if (locked.remove(table)) {
      LOG.infof("Created partitions after a lock was released: table=%s", table.table());
    }
  }

  /** Returns false if the table is locked, which would also prevent its other days. */
  private boolean create(Partitioned table, LocalDate day) {
    try {
      partitions.create(table, day);
    } catch (DatabaseException e) {
      if (e.isOutage() || e.isExhausted()) {
        throw e;
      }
      // The rows of that day go to the default partition; none is lost.
      if (!e.isBusy()) {
        LOG.warnf(
            "Failed to create a partition; the next run retries: partition=%s reason=%s",
            table.partition(day), e.getMessage());
      } else if (locked.add(table)) {
        LOG.warnf(
            "Failed to create a partition because another transaction locks the table; the next run retries:"
                + " partition=%s reason=%s",
            table.partition(day), e.getMessage());
      }
      return !e.isBusy();
    }
    return true;
  }
}
