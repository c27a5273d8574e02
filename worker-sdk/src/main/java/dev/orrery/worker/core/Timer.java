package dev.orrery.worker.core;

/** Something that is to happen later. */
@FunctionalInterface
public interface Timer {

  /** It does not happen, unless it has. */
  void cancel();
}
