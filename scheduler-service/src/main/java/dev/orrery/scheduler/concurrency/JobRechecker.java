package dev.orrery.scheduler.concurrency;

import dev.orrery.scheduler.concurrency.JobConcurrencyStore.Recheck;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.hint.HintBus;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/**
 * Applies the current rule again to jobs that were paused, resumed or limited within the last
 * {@link #PERIOD}. A submission that started before the change can still commit with the old rule.
 */
@ApplicationScoped
public class JobRechecker {
  private static final int AT_ONCE = 5000;

  /** Longer than any statement of the engine. */
  static final Duration PERIOD = Duration.ofSeconds(10);

  private final EngineDatabase database;
  private final HintBus hints;

  JobRechecker(EngineDatabase database, HintBus hints) {
    this.database = database;
    this.hints = hints;
  }

  /** Applies the current rule to instances that were submitted with an old one; blocks. */
  public void recheck() {
    List<Long> jobs =
        database.transaction(
            connection -> {
              List<Recheck> found = JobConcurrencyStore.lockRechecks(connection, PERIOD, AT_ONCE);
              List<Long> all = found.stream().map(Recheck::jobId).toList();
              if (!all.isEmpty()) {
                JobConcurrencyStore.applyRule(connection, all);
                JobConcurrencyStore.dropRechecks(
                    connection, found.stream().filter(Recheck::last).map(Recheck::jobId).toList());
              }
              return all;
            });
    hints.unblock(jobs);
  }
}
