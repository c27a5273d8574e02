package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Work that the due-work loop requests and an engine thread runs, because it may take longer than
 * the loop can wait. It runs step by step, never two steps at once. After {@link #MAX_TURN} it
 * moves to the end of the engine queue.
 */
public final class BackgroundTask {
  private static final Logger LOG = Logger.getLogger(BackgroundTask.class);

  private static final Duration MAX_TURN = Duration.ofSeconds(2);

  private final String name;
  private final EngineExecutor executor;
  private final Ticker ticker;
  private final BooleanSupplier step;
  private final AtomicBoolean active = new AtomicBoolean();
  private final AtomicLong steps = new AtomicLong();
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  /**
   * @param step does a bounded part of the work and returns true if more is left
   */
  public BackgroundTask(
      Name name,
      EngineExecutor executor,
      ProgressWatch watch,
      Ticker ticker,
      BooleanSupplier step) {
    this.name = name.text();
    this.executor = executor;
    this.ticker = ticker;
    this.step = step;
    watch.watch(
        name.part(),
        StallScope.SHARED,
        EngineDatabase.LONGER_THAN_A_STATEMENT,
        active::get,
        steps::get);
  }

  /**
   * The names of a task.
   *
   * @param text for log lines
   * @param part for metrics, see {@link ProgressWatch}
   */
  public record Name(String text, String part) {}

  /**
   * Starts the work, unless it is running.
   *
   * @throws RuntimeException the failure of the last run, once, so that the due-work loop counts it
   *     and pauses
   */
  public void request() {
    if (active.compareAndSet(false, true)) {
      submit();
    }
    RuntimeException last = failure.getAndSet(null);
    if (last != null) {
      throw last;
    }
  }

  public boolean isActive() {
    return active.get();
  }

  /**
   * Keeps a failure for the next request. An outage is only logged: the query of the due-work loop
   * decides whether the database is down.
   */
  public void report(RuntimeException reason) {
    if (reason instanceof DatabaseException database && database.isOutage()) {
      LOG.warnf("%s failed; the next run retries: %s", name, reason.getMessage());
    } else {
      failure.set(reason);
    }
  }

  private void submit() {
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      LOG.debugf("Skipped %s because the service is stopping", name);
      active.set(false);
    }
  }

  private void run() {
    boolean more = false;
    try {
      more = takeTurn();
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

  private boolean takeTurn() {
    long began = ticker.nanos();
    boolean more = true;
    while (more && ticker.nanos() - began < MAX_TURN.toNanos()) {
      more = step.getAsBoolean();
      steps.incrementAndGet();
    }
    return more;
  }
}
