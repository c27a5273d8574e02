package dev.orrery.scheduler.hint;

/** Brings this replica's hints to the other replicas. */
@FunctionalInterface
public interface HintForwarder {

  /**
   * Called after the commit that the hint speaks of, on the thread that gives it; must not block,
   * and may drop what others find out soon by themselves.
   */
  void carry(Hint hint);
}
