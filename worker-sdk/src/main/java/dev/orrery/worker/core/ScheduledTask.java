package dev.orrery.worker.core;

/** A task that runs later. */
@FunctionalInterface
public interface ScheduledTask {

  /** Cancels the task, unless it has run. */
  void cancel();
}
