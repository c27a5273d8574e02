package dev.orrery.worker.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The one thread on which a worker decides. All its state belongs to this thread, so nothing of it
 * is locked; answers, ends of attempts and timers come in as tasks.
 */
public final class Core implements Executor, AutoCloseable {
  private static final Logger LOG = System.getLogger(Core.class.getName());

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          runnable -> {
            Thread core = new Thread(runnable, "orrery-worker");
            core.setDaemon(true);
            return core;
          });

  public Core() {
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    try {
      thread.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "Too late, the worker has stopped");
    }
  }

  /** Runs the task after this time, unless the timer is canceled before. */
  public Timer after(Duration time, Runnable task) {
    try {
      ScheduledFuture<?> future =
          thread.schedule(() -> run(task), Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "Too late, the worker has stopped");
      return () -> {};
    }
  }

  /**
   * Handles what a future comes to, on this thread; exactly one of the two is null. A failure comes
   * as what it is, without what futures wrap around it.
   */
  public <T> void handle(CompletableFuture<T> future, BiConsumer<T, Throwable> handler) {
    var unused =
        future.whenComplete(
            (value, failure) -> execute(() -> handler.accept(value, unwrapped(failure))));
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Monotonic nanoseconds; only differences mean anything. */
  public long nanos() {
    return System.nanoTime();
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A step of the worker failed", e);
    }
  }

  /** Runs nothing any more. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
