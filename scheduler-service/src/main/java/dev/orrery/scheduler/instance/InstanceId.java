package dev.orrery.scheduler.instance;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.problem.ProblemException;

/** Ids: how callers write them, and how statements make them. */
public final class InstanceId {
  /**
   * SQL: what {@code new_instance_id()} gives, for statements that make many. The time is in a
   * query of its own, which is made once; the function would work it out for each row.
   */
  public static final String NEW =
      "(select instance_id_at(statement_timestamp())) | nextval('instance_number')";

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
