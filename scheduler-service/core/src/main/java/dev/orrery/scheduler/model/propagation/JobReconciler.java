package dev.orrery.scheduler.model.propagation;

import dev.orrery.scheduler.base.database.BackgroundTask;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.model.propagation.JobChangePropagator.Step;
import dev.orrery.scheduler.model.propagation.JobChangeStore.Position;
import dev.orrery.scheduler.model.propagation.JobConcurrencyStore.Recheck;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Applies job changes of the last {@link #RECONCILE_PERIOD} to existing instances: it executes the
 * remaining steps of large changes, and covers submissions that began before a change and committed
 * after it. Runs in steps on an engine thread.
 */
@ApplicationScoped
public class JobReconciler {
  /** After this time, every submission that began before the change has ended. */
  public static final Duration RECONCILE_PERIOD = EngineDatabase.LONGER_THAN_A_STATEMENT;

  /**
   * The time after a change in which every recheck includes the job. Afterwards, the job is
   * rechecked only every {@link #FULL_RECHECK_INTERVAL}, because longer statements are rare.
   */
  public static final Duration RECENT_WINDOW = Duration.ofSeconds(10);

  private static final Duration FULL_RECHECK_INTERVAL = Duration.ofSeconds(5);

  /** The maximum number of jobs that are locked together. */
  private static final int JOB_BATCH_SIZE = 200;

  private static final BackgroundTask.Name RECHECK =
      new BackgroundTask.Name("Recheck of changed jobs", "recheck");

  private final EngineDatabase database;
  private final JobChangePropagator changes;
  private final HintBus hints;
  private final Ticker ticker;
  private final BackgroundTask task;

  /** The following fields are confined to the task. */
  private Batch batch;

  private long afterJob;
  private boolean withOld = true;
  private long oldAt;

  JobReconciler(
      EngineDatabase database,
      EngineExecutor executor,
      JobChangePropagator changes,
      HintBus hints,
      ProgressWatch watch,
      Ticker ticker) {
    this.database = database;
    this.changes = changes;
    this.hints = hints;
    this.ticker = ticker;
    this.oldAt = ticker.nanos() - FULL_RECHECK_INTERVAL.toNanos();
    this.task = new BackgroundTask(RECHECK, executor, watch, ticker, this::recheckNext);
  }

  /**
   * Jobs in the order of their ids, and the position up to which their instances have been
   * examined.
   */
  private record Batch(List<Recheck> jobs, Position after) {
    List<Long> left() {
      return jobs.stream().map(Recheck::jobId).filter(job -> job >= after.jobId()).toList();
    }

    /** Returns the locked jobs whose last recheck ends with this step. */
    List<Long> done(List<Long> locked, Optional<Position> next) {
      return jobs.stream()
          .filter(Recheck::last)
          .map(Recheck::jobId)
          .filter(job -> next.isEmpty() || job < next.get().jobId())
          .filter(locked::contains)
          .toList();
    }
  }

  /**
   * Starts a recheck of the changed jobs on a thread of the engine, unless one is running.
   *
   * @throws RuntimeException the failure of the previous recheck, unless it was an outage
   */
  public void recheck() {
    task.request();
  }

  /** Executes one step of a batch of jobs; returns false if no changed jobs are left. */
  private boolean recheckNext() {
    if (batch == null && !findBatch()) {
      return false;
    }
    try {
      step();
      return true;
    } catch (RuntimeException e) {
      // The next request continues after these jobs; a later recheck finds them again.
      batch = null;
      throw e;
    }
  }

  /** Finds the next jobs. Returns false after the last ones, when the recheck is complete. */
  private boolean findBatch() {
    if (afterJob == 0) {
      withOld = ticker.nanos() - oldAt >= FULL_RECHECK_INTERVAL.toNanos();
      oldAt = withOld ? ticker.nanos() : oldAt;
    }
    List<Recheck> found =
        database.autocommit(
            connection ->
                JobConcurrencyStore.rechecks(
                    connection, RECONCILE_PERIOD, afterJob, withOld, JOB_BATCH_SIZE));
    if (found.isEmpty()) {
      afterJob = 0;
      return false;
    }
    afterJob = found.get(found.size() - 1).jobId();
    batch = new Batch(found, Position.START);
    return true;
  }

  private void step() {
    Batch current = batch;
    record Stepped(List<Long> jobs, Step step) {}
    Stepped stepped =
        database.transaction(
            connection -> {
              List<Long> locked = JobConcurrencyStore.lockRechecks(connection, current.left());
              Step step =
                  changes.step(connection, locked, current.after(), JobChangePropagator.BATCH_SIZE);
              JobConcurrencyStore.dropRechecks(
                  connection, current.done(locked, step.next()), RECONCILE_PERIOD);
              return new Stepped(locked, step);
            });
    batch = stepped.step().next().map(next -> new Batch(current.jobs(), next)).orElse(null);
    stepped.step().afterCommit().run();
    hints.unblock(stepped.jobs());
  }
}
