package dev.orrery.scheduler.concurrency;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.EngineExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Work that the due-work loop requests and that the threads of the engine do, because it may take
 * longer than the loop can wait. It runs in turns of a bounded time, never two at once; between two
 * turns it goes to the end of the queue of the engine.
 */
final class BackgroundTask {
  private static final Logger LOG = Logger.getLogger(BackgroundTask.class);

  private final String name;
  private final EngineExecutor executor;
  private final BooleanSupplier turn;
  private final AtomicBoolean active = new AtomicBoolean();
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  /**
   * @param turn returns whether more is left to do
   */
  BackgroundTask(String name, EngineExecutor executor, BooleanSupplier turn) {
    this.name = name;
    this.executor = executor;
    this.turn = turn;
  }

  /**
   * Starts the work, unless it runs.
   *
   * @throws RuntimeException that the last run reported, once, so that the due-work loop counts it
   *     and pauses
   */
  void request() {
    if (active.compareAndSet(false, true)) {
      submit();
    }
    RuntimeException last = failure.getAndSet(null);
    if (last != null) {
      throw last;
    }
  }

  boolean isActive() {
    return active.get();
  }

  /**
   * Keeps a failure for the next request. An outage is only logged: the query of the due-work loop
   * decides whether the database is down.
   */
  void report(RuntimeException reason) {
    if (reason instanceof DatabaseException database && database.isOutage()) {
      LOG.warnf("%s failed, the next request will retry: %s", name, reason.getMessage());
    } else {
      failure.set(reason);
    }
  }

  private void submit() {
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      LOG.debugf("%s skipped, the service stops", name);
      active.set(false);
    }
  }

  private void run() {
    boolean more = false;
    try {
      more = turn.getAsBoolean();
    } catch (RuntimeException e) {
      report(e);
    } finally {
      if (!more) {
        active.set(false);
      }
    }
    if (more) {
      submit();
    }
  }
}
