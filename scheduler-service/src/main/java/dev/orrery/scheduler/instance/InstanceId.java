package dev.orrery.scheduler.instance;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.problem.ProblemException;

/** Ids as callers write them. */
public final class InstanceId {
  private InstanceId() {}

  /**
   * @throws ProblemException {@code INSTANCE_NOT_FOUND} if it cannot be the id of any instance
   */
  public static long parse(String text) {
    try {
      long id = Long.parseLong(text);
      if (id >= 0) {
        return id;
      }
    } catch (NumberFormatException e) {
      // Answered below, together with negative ones.
    }
    throw ProblemException.of(ErrorCode.INSTANCE_NOT_FOUND, "There is no instance '" + text + "'.");
  }
}
