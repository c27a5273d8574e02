package dev.orrery.scheduler.instance;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;

/** Ids: how callers write them, and how statements make them. */
public final class InstanceId {
  /**
   * SQL: what {@code new_instance_id()} gives, for statements that make many. The time is in a
   * query of its own, which is made once; the function would work it out for each row.
   */
  public static final String NEW =
      "(select instance_id_at(statement_timestamp())) | nextval('instance_number')";

  /**
   * The start of the time of ids, and the bits of the sequence below it: {@code instance_id_at}.
   */
  private static final Instant EPOCH = Instant.parse("2025-01-01T00:00:00Z");

  private static final int SEQUENCE_BITS = 22;

  private InstanceId() {}

  /**
   * Returns the least id of this millisecond; beyond the years that ids have, the least or the
   * greatest number.
   */
  static long at(Instant instant) {
    long millis = instant.toEpochMilli() - EPOCH.toEpochMilli();
    long id = millis << SEQUENCE_BITS;
    if (id >> SEQUENCE_BITS == millis) {
      return id;
    }
    return millis < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  /** Returns the distance of the ids of two rows that were made this time apart. */
  public static long span(Duration time) {
    return time.toMillis() << SEQUENCE_BITS;
  }

  /** Returns when the instance of an id was created, to the millisecond. */
  static Instant createdAt(long id) {
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
      // Answered below, together with negative ones.
    }
    throw ProblemException.of(ErrorCode.INSTANCE_NOT_FOUND, "There is no instance '" + text + "'.");
  }
}
