package dev.orrery.scheduler.engine.completion;

import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;

/**
 * The end of an attempt, reported by its worker or declared by the scheduler.
 *
 * @param fence if no running instance matches, nothing is changed
 * @param reported true if its session reported it; the same report may come again
 * @param result null if there is none
 * @param error null if there is none
 * @param runMillis how long it ran, as its worker measured it; null if not known
 * @param unreadable true if it was handed back because the scheduler cannot read the instance
 * @param nonRetryable true if it failed and its worker reported that a retry would fail, too
 */
public record EndedAttempt(
    Fence fence,
    AttemptEnd end,
    boolean reported,
    String result,
    String error,
    Long runMillis,
    boolean unreadable,
    boolean nonRetryable) {

  /** The end of an attempt whose instance this release can read. */
  public EndedAttempt(
      Fence fence, AttemptEnd end, boolean reported, String result, String error, Long runMillis) {
    this(fence, end, reported, result, error, runMillis, false, false);
  }

  public static EndedAttempt declared(Fence fence, AttemptEnd end, String error) {
    return new EndedAttempt(fence, end, false, null, error, null);
  }

  /**
   * Returns the end of an attempt that was not sent, because the scheduler cannot read its instance
   * or its job.
   */
  public static EndedAttempt unreadable(Fence fence, String error) {
    return new EndedAttempt(fence, AttemptEnd.HANDED_BACK, false, null, error, null, true, false);
  }

  long instance() {
    return fence.attempt().instance();
  }
}
