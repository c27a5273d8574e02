package dev.orrery.scheduler.base.housekeeping;

import dev.orrery.scheduler.base.database.DatabaseException;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * A named maintenance task that runs periodically.
 *
 * @param name for the log and the stall check
 * @param work blocks
 */
public record HousekeepingChore(String name, Schedule schedule, Runnable work) {
  /** How often a chore runs. The chores of one schedule run one after the other. */
  public enum Schedule {
    EVERY_TEN_SECONDS(Duration.ofSeconds(10)),
    EVERY_MINUTE(Duration.ofMinutes(1)),
    /** As {@link #EVERY_MINUTE}, and does not wait for slow chores of that. */
    REPAIR(Duration.ofMinutes(1)),
    HOURLY(Duration.ofHours(1));

    private final Duration period;

    Schedule(Duration period) {
      this.period = period;
    }
  }

  private static final Logger LOG = Logger.getLogger(HousekeepingChore.class);

  /**
   * Runs the chores one after the other. A chore that fails does not stop the others. If the
   * database is not reachable, the remaining chores wait for the next run.
   */
  static void runAll(ChoreRuns runs, List<HousekeepingChore> chores) {
    for (HousekeepingChore chore : chores) {
      runs.expect(chore, chore.schedule().period);
      try {
        chore.work().run();
        runs.ended(chore);
      } catch (DatabaseException e) {
        if (e.isOutage()) {
          // The due-work loop logs outages.
          LOG.debugf(
              "Skipped a housekeeping chore because the database is not available: chore=%s",
              chore.name());
          return;
        }
        if (e.isTemporary()) {
          LOG.warnf(
              "Housekeeping chore did not finish; its next run continues: chore=%s reason=%s",
              chore.name(), e.getMessage());
        } else {
          failed(chore, e);
        }
      } catch (RuntimeException | Error e) {
        failed(chore, e);
      }
    }
  }

  private static void failed(HousekeepingChore chore, Throwable e) {
    LOG.errorf(e, "Housekeeping chore failed; retrying at its next run: chore=%s", chore.name());
  }
}
