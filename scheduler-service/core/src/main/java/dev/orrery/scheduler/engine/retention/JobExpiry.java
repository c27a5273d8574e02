package dev.orrery.scheduler.engine.retention;

import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.retention.JobExpiryStore.Batch;
import dev.orrery.scheduler.engine.retention.JobExpiryStore.Step;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Deletes old versions of jobs, and deleted jobs, that no instance references: job by job in the
 * order of their ids. A run is bounded; the next run continues after it.
 */
@ApplicationScoped
public class JobExpiry {
  private static final Duration MAX_RUN_TIME = Duration.ofSeconds(20);
  private static final Batch BATCH = new Batch(500, 500);
  private static final long BEFORE_THE_FIRST = 0;

  private final JobExpiryStore store;
  private final Ticker ticker;
  private final RetentionConfig retention;
  private final Batch batch;
  private long versionsAfter = BEFORE_THE_FIRST;
  private long jobsAfter = BEFORE_THE_FIRST;

  @Inject
  JobExpiry(JobExpiryStore store, Ticker ticker, RetentionConfig retention) {
    this(store, ticker, retention, BATCH);
  }

  JobExpiry(JobExpiryStore store, Ticker ticker, RetentionConfig retention, Batch batch) {
    this.store = store;
    this.ticker = ticker;
    this.retention = retention;
    this.batch = batch;
  }

  /**
   * Deletes versions in one pass over all jobs; blocks. Ends early while another replica deletes.
   */
  public synchronized void deleteVersions() {
    Instant horizon = store.horizon();
    versionsAfter =
        walk(
            versionsAfter,
            after ->
                store.deleteVersions(
                    horizon, retention.versions(), retention.versionsPerJob(), after, batch));
  }

  /** Deletes jobs in the same way. */
  public synchronized void deleteJobs() {
    Instant horizon = store.horizon();
    jobsAfter = walk(jobsAfter, after -> store.deleteJobs(horizon, after, batch));
  }

  /** Returns the job after which the next run begins. */
  private long walk(long first, LongFunction<Optional<Step>> step) {
    long began = ticker.nanos();
    long after = first;
    do {
      Optional<Step> taken = step.apply(after);
      if (taken.isEmpty()) {
        return after;
      }
      if (taken.get().deleted() < batch.deleted()) {
        if (taken.get().lastJob().isEmpty()) {
          return BEFORE_THE_FIRST;
        }
        after = taken.get().lastJob().get();
      }
    } while (ticker.nanos() - began < MAX_RUN_TIME.toNanos());
    return after;
  }
}
