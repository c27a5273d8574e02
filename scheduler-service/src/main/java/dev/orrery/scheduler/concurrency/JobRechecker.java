package dev.orrery.scheduler.concurrency;

import dev.orrery.scheduler.concurrency.JobConcurrencyStore.Unsettled;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.hint.HintBus;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Looks again at jobs that were paused, resumed or limited a moment ago. A submission whose
 * statement began before that sees the old rule, and may be committed after it.
 */
@ApplicationScoped
public class JobRechecker {
  private static final int AT_ONCE = 5000;

  private final EngineDatabase database;
  private final HintBus hints;

  JobRechecker(EngineDatabase database, HintBus hints) {
    this.database = database;
    this.hints = hints;
  }

  /** Makes stray instances follow the rule that holds now; blocks. */
  public void settle() {
    List<Long> jobs =
        database.transaction(
            connection -> {
              List<Unsettled> found = JobConcurrencyStore.lockUnsettled(connection, AT_ONCE);
              List<Long> all = found.stream().map(Unsettled::jobId).toList();
              if (!all.isEmpty()) {
                JobConcurrencyStore.follow(connection, all);
                JobConcurrencyStore.forget(
                    connection,
                    found.stream().filter(Unsettled::settled).map(Unsettled::jobId).toList());
              }
              return all;
            });
    hints.letIn(jobs);
  }
}
