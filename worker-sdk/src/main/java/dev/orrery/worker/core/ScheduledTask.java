package dev.orrery.worker.core;

/** Something that is to happen later. */
@FunctionalInterface
public interface ScheduledTask {

  /** It does not happen, unless it has. */
  void cancel();
}
