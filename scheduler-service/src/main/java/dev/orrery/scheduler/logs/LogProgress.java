package dev.orrery.scheduler.logs;

import dev.orrery.scheduler.instance.InstanceState;

/**
 * The progress of an instance as far as it matters to its log.
 *
 * @param settledBelow attempts with smaller numbers write no more: what is missing in their logs
 *     stays missing
 * @param end the state in which the instance ended, once all its attempts are settled; null before
 */
record LogProgress(int settledBelow, InstanceState end) {

  /**
   * @param startedEarlier the running attempt was not claimed just now, so that late lines of the
   *     one before it are committed
   */
  static LogProgress active(int attempt, boolean running, boolean startedEarlier) {
    int settledBelow = running && !startedEarlier ? attempt - 1 : attempt;
    return new LogProgress(Math.max(1, settledBelow), null);
  }

  /**
   * @param endedEarlier it did not end just now, so that its last lines are committed
   */
  static LogProgress ended(int attempt, InstanceState state, boolean endedEarlier) {
    return endedEarlier
        ? new LogProgress(Integer.MAX_VALUE, state)
        : new LogProgress(Math.max(1, attempt), null);
  }

  /**
   * Whether nothing more will come.
   *
   * @param onlyAttempt the one that is followed; null for all
   */
  boolean isOver(Integer onlyAttempt) {
    return end != null || (onlyAttempt != null && onlyAttempt < settledBelow);
  }
}
