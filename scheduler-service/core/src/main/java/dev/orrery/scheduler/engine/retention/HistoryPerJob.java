package dev.orrery.scheduler.engine.retention;

import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Batch;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Excess;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Outcome;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Scanned;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;

/**
 * Limits the history of each job to a number of instances, job by job in the order of their ids. A
 * run is bounded; the next run continues after it.
 */
@ApplicationScoped
public class HistoryPerJob {
  /**
   * The minimum time for which an ended instance is kept: for clients that wait for its end or
   * follow its log, for a resent report, and for the notification of a recovery.
   */
  static final Duration GRACE_PERIOD = Duration.ofMinutes(5);

  private static final long BEFORE_THE_FIRST = 0;

  private static final Limits LIMITS =
      new Limits(100, new Batch(1000, 5000), Duration.ofSeconds(5));

  private final HistoryPerJobStore store;
  private final Ticker ticker;
  private final int kept;
  private final Limits limits;
  private long afterJob = BEFORE_THE_FIRST;

  @Inject
  HistoryPerJob(HistoryPerJobStore store, Ticker ticker, RetentionConfig retention) {
    this(store, ticker, retention.historyPerJob(), LIMITS);
  }

  /**
   * @param kept number of instances to keep for each job; 0 means all
   */
  HistoryPerJob(HistoryPerJobStore store, Ticker ticker, int kept, Limits limits) {
    this.store = store;
    this.ticker = ticker;
    this.kept = kept;
    this.limits = limits;
  }

  /**
   * The limits of one run.
   *
   * @param jobs number of jobs that one statement scans
   * @param run time after which no further statement begins
   */
  record Limits(int jobs, Batch batch, Duration run) {}

  /** Runs once; blocks. Does nothing while another replica deletes. */
  public synchronized void enforce() {
    if (kept == 0) {
      return;
    }
    long began = ticker.nanos();
    boolean goesOn = true;
    while (goesOn && hasTime(began)) {
      goesOn = nextJobs(began);
    }
  }

  /** Returns false after the last jobs, or if these jobs must be scanned again. */
  private boolean nextJobs(long began) {
    Scanned scanned = store.scan(afterJob, limits.jobs(), kept);
    boolean done;
    try {
      done = scanned.excesses().isEmpty() || delete(scanned.excesses(), began);
    } catch (RuntimeException e) {
      // If the history of jobs cannot be deleted, the next run must still reach the jobs after
      // them.
      afterJob = scanned.lastJob().orElse(BEFORE_THE_FIRST);
      throw e;
    }
    if (done) {
      afterJob = scanned.lastJob().orElse(BEFORE_THE_FIRST);
    }
    return done && scanned.lastJob().isPresent();
  }

  private boolean delete(List<Excess> excesses, long began) {
    Outcome outcome;
    do {
      outcome = store.delete(excesses, GRACE_PERIOD, limits.batch());
    } while (outcome == Outcome.MORE && hasTime(began));
    return outcome == Outcome.DONE;
  }

  private boolean hasTime(long began) {
    return ticker.nanos() - began < limits.run().toNanos();
  }
}
