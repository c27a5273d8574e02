package dev.orrery.testing;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The part of a long list of cases that {@code ./mvnw verify} takes: every n-th one, from another
 * one on each day, so that n days take them all. {@code -Pthorough} takes all at once.
 */
public final class DailyPart {
  /** Repeats the run of another day, counted from 1970. The output of each run has its day. */
  private static final String DAY = "orrery.test.day";

  private DailyPart() {}

  /**
   * Returns the part of this day, in UTC.
   *
   * @param parts the number of days that take all cases
   */
  public static <T> List<T> of(List<T> all, int parts) {
    long day = Long.getLong(DAY, LocalDate.now(ZoneOffset.UTC).toEpochDay());
    System.out.println("One case of " + parts + ", by the day: -D" + DAY + "=" + day);
    return of(all, parts, day);
  }

  static <T> List<T> of(List<T> all, int parts, long day) {
    int first = Math.floorMod(day, parts);
    return IntStream.range(0, all.size())
        .filter(index -> index % parts == first)
        .mapToObj(all::get)
        .toList();
  }
}
