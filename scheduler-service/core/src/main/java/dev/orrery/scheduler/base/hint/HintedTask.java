package dev.orrery.scheduler.base.hint;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.time.LogInterval;
import dev.orrery.scheduler.base.time.Ticker;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * Work that hints request and an engine thread runs, turn by turn, never two turns at once. A
 * request during a turn causes another one. A turn that fails is only logged, because a periodic
 * check does the same work.
 */
public final class HintedTask {
  private static final Logger LOG = Logger.getLogger(HintedTask.class);

  private final String work;
  private final EngineExecutor executor;
  private final Runnable turn;
  private final LogInterval failures;
  private boolean requested;
  private boolean active;

  /**
   * @param work what fails, for log lines: "unblock instances"
   * @param turn does a bounded part of the work, and requests another turn if more is left
   */
  public HintedTask(String work, EngineExecutor executor, Ticker ticker, Runnable turn) {
    this.work = work;
    this.executor = executor;
    this.turn = turn;
    this.failures = new LogInterval(ticker);
  }

  public synchronized void request() {
    requested = true;
    if (active) {
      return;
    }
    try {
      executor.execute(this::run);
      active = true;
    } catch (RejectedExecutionException e) {
      LOG.debugf("Did not %s because the service is stopping", work);
    }
  }

  private void run() {
    boolean done = false;
    try {
      while (take()) {
        try {
          turn.run();
        } catch (RuntimeException e) {
          report(e);
        }
      }
      done = true;
    } finally {
      if (!done) {
        release();
      }
    }
  }

  private synchronized boolean take() {
    active = requested;
    requested = false;
    return active;
  }

  /** After an error of the virtual machine, so that the next request starts again. */
  private synchronized void release() {
    active = false;
  }

  private void report(RuntimeException failure) {
    if (!(failure instanceof DatabaseException)) {
      LOG.errorf(failure, "Failed to %s; the periodic check retries", work);
    } else if (failures.isDue()) {
      LOG.warnf("Failed to %s; the periodic check retries: %s", work, failure.getMessage());
    }
  }
}
