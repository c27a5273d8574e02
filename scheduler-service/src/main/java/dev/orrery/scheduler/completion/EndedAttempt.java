package dev.orrery.scheduler.completion;

import dev.orrery.scheduler.instance.AttemptEnd;
import dev.orrery.scheduler.instance.Fence;

/**
 * An attempt of which somebody says that it ended.
 *
 * @param fence if no running row is exactly so, nothing is changed
 * @param reported true if the session itself says so; the same report may come again
 * @param result null where there is none
 * @param error null where there is none
 */
public record EndedAttempt(
    Fence fence, AttemptEnd end, boolean reported, String result, String error) {

  /** An end that the scheduler itself declares. */
  public static EndedAttempt declared(Fence fence, AttemptEnd end, String error) {
    return new EndedAttempt(fence, end, false, null, error);
  }

  long instance() {
    return fence.attempt().instance();
  }
}
