package dev.orrery.scheduler.base.hint;

/** Sends the hints of this replica to other replicas. */
@FunctionalInterface
public interface HintForwarder {

  /**
   * Called after the commit, on the thread that publishes the hint. Must not block, and may drop
   * hints whose content other replicas query periodically.
   */
  void forward(Hint hint);
}
