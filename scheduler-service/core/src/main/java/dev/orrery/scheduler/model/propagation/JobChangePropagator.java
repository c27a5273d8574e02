package dev.orrery.scheduler.model.propagation;

import dev.orrery.scheduler.model.propagation.InstanceCancellation.Cause;
import dev.orrery.scheduler.model.propagation.InstanceCancellation.Target;
import dev.orrery.scheduler.model.propagation.JobChangeStore.Examined;
import dev.orrery.scheduler.model.propagation.JobChangeStore.Position;
import dev.orrery.scheduler.model.propagation.JobChangeStore.Stale;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Makes instances follow the changes of their jobs, apps and backfills, in steps: a job may have a
 * million instances, and one statement for all of them would time out. The first step is part of
 * the transaction of the change, so a change of a job with few instances is atomic. {@link
 * JobReconciler} executes the remaining steps, also after a crash.
 */
@ApplicationScoped
public class JobChangePropagator {
  static final int BATCH_SIZE = 5000;

  private final InstanceCancellation cancellation;

  JobChangePropagator(InstanceCancellation cancellation) {
    this.cancellation = cancellation;
  }

  /**
   * The result of a step.
   *
   * @param next empty if all instances of the jobs have been examined
   * @param afterCommit must run after the commit
   */
  record Step(Optional<Position> next, Runnable afterCommit) {}

  /**
   * Executes the first step, in the transaction of the change, which has scheduled the recheck of
   * the jobs and holds the locks of their triggers.
   *
   * @return an action that must run after the commit
   */
  public Runnable begin(Connection connection, Collection<Long> jobs) throws SQLException {
    return step(connection, jobs, Position.START, BATCH_SIZE).afterCommit();
  }

  /** Executes the first step like {@link #begin}, starting at this instance of a job. */
  public Runnable beginAt(Connection connection, long job, long instance) throws SQLException {
    return step(connection, List.of(job), new Position(job, instance - 1), BATCH_SIZE)
        .afterCommit();
  }

  /**
   * Executes the step after a position.
   *
   * @param examined the maximum number of instances that it examines
   */
  Step step(Connection connection, Collection<Long> jobs, Position after, int examined)
      throws SQLException {
    if (jobs.isEmpty()) {
      return new Step(Optional.empty(), () -> {});
    }
    JobConcurrencyStore.lock(connection, jobs);
    Examined found = JobChangeStore.lockStale(connection, jobs, after, examined);
    JobChangeStore.follow(connection, found.stale().stream().filter(Stale::follows).toList());
    List<Runnable> afterCommit = new ArrayList<>();
    for (Cause cause : Cause.values()) {
      List<Target> canceled =
          found.stale().stream()
              .filter(change -> !change.follows() && change.cause() == cause)
              .map(Stale::instance)
              .toList();
      if (!canceled.isEmpty()) {
        afterCommit.add(cancellation.cancel(connection, canceled, cause));
      }
    }
    return new Step(found.next(), () -> afterCommit.forEach(Runnable::run));
  }
}
