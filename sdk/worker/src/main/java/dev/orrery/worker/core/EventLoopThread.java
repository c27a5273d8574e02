package dev.orrery.worker.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

public final class EventLoopThread implements EventLoop {
  private static final Logger LOG = System.getLogger(EventLoopThread.class.getName());

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          runnable -> {
            Thread eventLoop = new Thread(runnable, "orrery-worker");
            eventLoop.setDaemon(true);
            return eventLoop;
          });

  public EventLoopThread() {
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    try {
      thread.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "Dropped a task because the worker has stopped");
    }
  }

  @Override
  public ScheduledTask after(Duration time, Runnable task) {
    try {
      ScheduledFuture<?> future =
          thread.schedule(() -> run(task), Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "Dropped a task because the worker has stopped");
      return () -> {};
    }
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "A task of the worker's event loop failed; continuing with the next", e);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
