package dev.orrery.worker.core;

@FunctionalInterface
public interface ScheduledTask {

  void cancel();
}
