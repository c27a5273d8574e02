package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.ParentLane;

/**
 * Decides what a parent with parts does next; {@link FlowDecision} decides for flows. This is a
 * pure rule.
 */
sealed interface ParentDecision {

  /** Does nothing until the next reconciliation. */
  record KeepWaiting() implements ParentDecision {}

  /** Makes the next parts. */
  record PartBatch(int count) implements ParentDecision {}

  /** Makes no more parts, cancels the active ones, and ends in this state after them. */
  record StopParts(InstanceState ending) implements ParentDecision {}

  /** Ends the parent. */
  record Finish(InstanceState state) implements ParentDecision {}

  /**
   * The state of a parent, read under the lock of its row.
   *
   * @param total the number of all its parts
   * @param made the number of parts made so far
   * @param parallelism the maximum number of parts that wait or run at once
   * @param tolerated the number of parts that may fail
   * @param ending the state in which an earlier reconciliation stopped it; null if none did
   * @param cancelRequested whether its cancel was requested
   * @param paused whether its job or app is paused
   * @param active the number of parts that wait or run; exact up to {@code parallelism}
   * @param waiting the number of active parts that no worker has claimed
   * @param sharing the number of parents of the app that have parts to make, including this one
   *     unless it is paused or ending; exact up to {@link ParentLane#MAX_AWAITING} awaiting parents
   * @param failed the number of parts that ended without success; exact up to {@code tolerated +
   *     1}. May be 0 while more than half of {@code parallelism} are active
   */
  record ParentState(
      int total,
      int made,
      int parallelism,
      int tolerated,
      InstanceState ending,
      boolean cancelRequested,
      boolean paused,
      int active,
      int waiting,
      int sharing,
      int failed) {
    private boolean succeeded() {
      return active == 0 && made == total && failed <= tolerated;
    }

    /**
     * Returns the maximum number of parts that wait for workers; parallelism alone bounds a parent
     * that shares with no other.
     */
    private int maxWaiting() {
      return sharing <= 1
          ? parallelism
          : Math.max(ParentLimits.MIN_WAITING, ParentLimits.MAX_WAITING_PER_APP / sharing);
    }

    /**
     * Returns 0 until there is room for half of what one reconciliation can make: otherwise, the
     * reconciliation after each end would make one part.
     */
    private int nextParts() {
      int free = Math.min(parallelism - active, maxWaiting() - waiting);
      int most = Math.min(Math.min(parallelism, maxWaiting()), ParentLimits.PART_BATCH_SIZE);
      return paused || free < Math.max(1, most / 2)
          ? 0
          : Math.min(Math.min(free, most), total - made);
    }
  }

  static ParentDecision of(ParentState parent) {
    InstanceState ending = ending(parent);
    if (ending != null) {
      if (parent.active() > 0) {
        return new StopParts(ending);
      }
      // As for an attempt, a success wins over a cancel that came too late.
      boolean tooLate = ending == InstanceState.CANCELED && parent.failed() == 0;
      return new Finish(tooLate && parent.succeeded() ? InstanceState.SUCCEEDED : ending);
    }
    if (parent.succeeded()) {
      return new Finish(InstanceState.SUCCEEDED);
    }
    int next = parent.nextParts();
    return next > 0 ? new PartBatch(next) : new KeepWaiting();
  }

  private static InstanceState ending(ParentState parent) {
    if (parent.ending() != null) {
      return parent.ending();
    }
    if (parent.failed() > parent.tolerated()) {
      return InstanceState.FAILED;
    }
    return parent.cancelRequested() ? InstanceState.CANCELED : null;
  }
}
