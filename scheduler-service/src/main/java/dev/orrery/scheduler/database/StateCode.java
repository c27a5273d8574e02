package dev.orrery.scheduler.database;

import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * The codes that tables store for the state of an instance and for the end of an attempt.
 *
 * <p>Statements name a state as {@code :READY}, and {@link #resolve} replaces it by the code when
 * the class is loaded. So the database sees a constant: a partial index serves no parameter.
 */
public enum StateCode {
  SCHEDULED(0),
  READY(1),
  BLOCKED(2),
  RUNNING(3),
  SUCCEEDED(10),
  FAILED(11),
  TIMED_OUT(12),
  CANCELED(13),
  SKIPPED(14),
  /** Of attempts only. */
  LOST(20),
  /** Of attempts only. */
  HANDED_BACK(21);

  /** Not a cast, such as {@code ::integer}. */
  private static final Pattern NAME = Pattern.compile("(?<!:):([A-Z][A-Z_]*)");

  private final int number;

  StateCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /**
   * Replaces each {@code :NAME} by its code.
   *
   * @throws IllegalArgumentException if a name is unknown
   */
  public static String resolve(String sql) {
    return resolve(sql, name -> valueOf(name).number);
  }

  /** The same for codes of another table. */
  public static String resolve(String sql, ToIntFunction<String> code) {
    return NAME.matcher(sql).replaceAll(name -> Integer.toString(code.applyAsInt(name.group(1))));
  }
}
