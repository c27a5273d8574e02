package dev.orrery.scheduler.base.database;

import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * The codes that tables store for the state of an instance and for the end of an attempt.
 *
 * <p>Statements name a state as {@code :READY}, and {@link #resolve} replaces it with the code when
 * the class is loaded. The database then sees a constant: it cannot use a partial index for a
 * parameter.
 */
public enum StateCode {
  SCHEDULED(0),
  READY(1),
  BLOCKED(2),
  RUNNING(3),
  /** A parent that waits for its parts. */
  AWAITING(4),
  SUCCEEDED(10),
  FAILED(11),
  TIMED_OUT(12),
  CANCELED(13),
  SKIPPED(14),
  /** For attempts only. */
  LOST(20),
  /** For attempts only. */
  HANDED_BACK(21);

  /** The name of a state, but not a cast such as {@code ::integer}. */
  private static final Pattern NAME = Pattern.compile("(?<!:):([A-Z][A-Z_]*)");

  private final int number;

  StateCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /**
   * Replaces each {@code :NAME} with its code.
   *
   * @throws IllegalArgumentException if a name is unknown
   */
  public static String resolve(String sql) {
    return resolve(sql, name -> valueOf(name).number);
  }

  /** Replaces each {@code :NAME} with a code of another table. */
  public static String resolve(String sql, ToIntFunction<String> code) {
    return NAME.matcher(sql).replaceAll(name -> Integer.toString(code.applyAsInt(name.group(1))));
  }
}
