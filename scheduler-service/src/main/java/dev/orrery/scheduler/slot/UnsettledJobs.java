package dev.orrery.scheduler.slot;

import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.hint.Hints;
import dev.orrery.scheduler.slot.JobSlotStore.Unsettled;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Looks again at jobs that were paused, resumed or limited a moment ago. A submission whose
 * statement began before that sees the old rule, and may be committed after it.
 */
@ApplicationScoped
public class UnsettledJobs {
  private static final int AT_ONCE = 5000;

  private final HotDatabase database;
  private final Hints hints;

  UnsettledJobs(HotDatabase database, Hints hints) {
    this.database = database;
    this.hints = hints;
  }

  /** Makes stray instances follow the rule that holds now; blocks. */
  public void settle() {
    List<Long> jobs =
        database.transaction(
            connection -> {
              List<Unsettled> found = JobSlotStore.lockUnsettled(connection, AT_ONCE);
              List<Long> all = found.stream().map(Unsettled::jobId).toList();
              if (!all.isEmpty()) {
                JobSlotStore.follow(connection, all);
                JobSlotStore.forget(
                    connection,
                    found.stream().filter(Unsettled::settled).map(Unsettled::jobId).toList());
              }
              return all;
            });
    hints.letIn(jobs);
  }
}
