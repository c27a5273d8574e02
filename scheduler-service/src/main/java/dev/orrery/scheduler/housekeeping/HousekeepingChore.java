package dev.orrery.scheduler.housekeeping;

import dev.orrery.scheduler.database.DatabaseException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * A named piece of periodic maintenance.
 *
 * @param name for the log and the stall check
 */
record HousekeepingChore(String name, Runnable work) {
  private static final Logger LOG = Logger.getLogger(HousekeepingChore.class);

  /**
   * Runs the chores one after the other. A chore that fails does not stop the others. If the
   * database is not reachable, the remaining chores wait for the next run.
   *
   * @param period the time from one run to the next
   */
  static void runAll(ChoreRuns runs, Duration period, HousekeepingChore... chores) {
    for (HousekeepingChore chore : chores) {
      runs.expect(chore, period);
      try {
        chore.work().run();
        runs.ended(chore);
      } catch (DatabaseException e) {
        if (e.isOutage()) {
          // The due-work loop logs outages.
          LOG.debugf("Chore skipped, database not reachable: chore=%s", chore.name());
          return;
        }
        if (e.isTemporary()) {
          LOG.warnf(
              "Chore did not finish; its next run retries: chore=%s reason=%s",
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
    LOG.errorf(e, "Chore failed; its next run retries: chore=%s", chore.name());
  }
}
