package dev.orrery.scheduler.engine.logs;

import dev.orrery.scheduler.model.instance.InstanceState;

/**
 * Describes how far the log of an instance is complete. This is a pure rule.
 *
 * @param finalBelow attempts with smaller numbers write no more lines: a gap in their logs stays a
 *     gap
 * @param end the state in which the instance ended, after its last lines are committed; null before
 */
record LogProgress(int finalBelow, InstanceState end) {

  /**
   * @param startedEarlier true if the running attempt started early enough that the lines of the
   *     previous attempt are committed
   */
  static LogProgress active(int attempt, boolean running, boolean startedEarlier) {
    int finalBelow = running && !startedEarlier ? attempt - 1 : attempt;
    return new LogProgress(Math.max(1, finalBelow), null);
  }

  /**
   * @param endedEarlier true if the instance ended early enough that its last lines are committed
   */
  static LogProgress ended(int attempt, InstanceState state, boolean endedEarlier) {
    return endedEarlier
        ? new LogProgress(Integer.MAX_VALUE, state)
        : new LogProgress(Math.max(1, attempt), null);
  }

  /**
   * Returns true if no further line can arrive.
   *
   * @param onlyAttempt the followed attempt; null for all
   */
  boolean isOver(Integer onlyAttempt) {
    return end != null || (onlyAttempt != null && onlyAttempt < finalBelow);
  }
}
