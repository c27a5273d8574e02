package dev.orrery.scheduler.parent;

import dev.orrery.scheduler.instance.InstanceState;

/** Decides what a parent does next. This is a pure rule. */
sealed interface ParentDecision {

  /** Nothing, until a part ends. */
  record KeepWaiting() implements ParentDecision {}

  /** Makes the next parts. */
  record MakeParts(int count) implements ParentDecision {}

  /** Makes no more parts, cancels the active ones, and ends in this state after them. */
  record StopParts(InstanceState ending) implements ParentDecision {}

  /** The parent ends. */
  record Finish(InstanceState state) implements ParentDecision {}

  /**
   * What is known of a parent, under the lock of its row.
   *
   * @param total the number of all its parts
   * @param made the parts that exist or existed
   * @param parallelism the most parts that wait or run at once
   * @param tolerated the number of parts that may fail
   * @param ending the state that an earlier decision chose; null if none did
   * @param cancelRequested whether it was asked to stop
   * @param paused whether its job or app is paused
   * @param active the parts that wait or run; exact up to {@code parallelism}
   * @param waiting the active parts that no worker has claimed
   * @param sharing the parents of the app that have parts to make, with this one unless it is
   *     paused or ending; counted among the first {@link ParentLimits#AWAITING_OF_APP}
   * @param failed the parts that ended without success; exact up to {@code tolerated + 1}. May be 0
   *     while more than half of {@code parallelism} are active
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

    /** Parts that may wait for workers. One parent alone may use its parallelism. */
    private int maxWaiting() {
      return sharing <= 1
          ? parallelism
          : Math.max(ParentLimits.LEAST_WAITING, ParentLimits.WAITING_OF_APP / sharing);
    }

    /**
     * Returns 0 until half of what one look can make has become free: a look after each end would
     * otherwise make one part.
     */
    private int nextParts() {
      int free = Math.min(parallelism - active, maxWaiting() - waiting);
      int most = Math.min(Math.min(parallelism, maxWaiting()), ParentLimits.MADE_AT_ONCE);
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
    return next > 0 ? new MakeParts(next) : new KeepWaiting();
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
