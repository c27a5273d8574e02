package dev.orrery.testing;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The daily share of a long list of cases in {@code ./mvnw verify}: every n-th case, with a daily
 * offset, so that n days cover all.
 */
public final class DailyPart {
  /**
   * Repeats the selection of another day, counted from 1970. The output of each run contains its
   * day.
   */
  private static final String DAY = "orrery.test.day";

  private DailyPart() {}

  /**
   * Returns the cases of this day, in UTC.
   *
   * @param parts the number of days that cover all cases
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
