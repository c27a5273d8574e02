package dev.orrery.scheduler.model.instance;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;

/** Ids of instances: their text form, and the SQL that generates them. */
public final class InstanceId {
  /**
   * SQL for a new id, equal to {@code new_instance_id()}, for statements that generate many ids.
   * The time is in a subquery that runs once; the function would compute it for each row.
   */
  public static final String NEW =
      "(select instance_id_at(statement_timestamp())) | nextval('instance_number')";

  /**
   * The start of the time in ids, and the number of sequence bits below it, as in {@code
   * instance_id_at}.
   */
  private static final Instant EPOCH = Instant.parse("2025-01-01T00:00:00Z");

  private static final int SEQUENCE_BITS = 22;

  private InstanceId() {}

  /**
   * Returns the smallest id of this millisecond. Outside the years that ids cover, returns the
   * smallest or the largest {@code long}.
   */
  public static long at(Instant instant) {
    long millis = instant.toEpochMilli() - EPOCH.toEpochMilli();
    long id = millis << SEQUENCE_BITS;
    if (id >> SEQUENCE_BITS == millis) {
      return id;
    }
    return millis < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  /** Returns the difference between the ids of two rows that were created this far apart. */
  public static long span(Duration time) {
    return time.toMillis() << SEQUENCE_BITS;
  }

  /** Returns the creation time of the instance with this id, to the millisecond. */
  public static Instant createdAt(long id) {
    return EPOCH.plusMillis(id >> SEQUENCE_BITS);
  }

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
      // Rejected below, together with negative numbers.
    }
    throw ProblemException.of(ErrorCode.INSTANCE_NOT_FOUND, "There is no instance '" + text + "'.");
  }
}
