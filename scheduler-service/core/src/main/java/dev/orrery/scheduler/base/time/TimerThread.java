package dev.orrery.scheduler.base.time;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Creates the threads that run timed actions. Each feature has its own thread, so that a slow
 * action does not delay the actions of other features.
 */
public final class TimerThread {
  private TimerThread() {}

  /**
   * Returns an executor with one daemon thread of this name. It forgets what is canceled, and what
   * is not due when it is shut down.
   */
  public static ScheduledThreadPoolExecutor named(String name) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            action -> {
              Thread thread = new Thread(action, name);
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return timer;
  }
}
