package dev.orrery.scheduler.rest;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Bounds a page of a list by bytes as well as by number: 500 runs may have 64 KiB of parameters
 * each, and many pages are read at once.
 */
public final class PageBytes {
  /** A page ends behind the item that passes this bound, so it has one item at least. */
  public static final int MAX = 1024 * 1024;

  /**
   * A statement around one that ends in a limit. It returns the rows of a page that fit, each with
   * the number {@code found} of rows within the limit. The parameters are the statement's.
   */
  private static final String WITHIN =
      """
      select * from (
        select page.*, count(*) over () as found,
          coalesce(sum(%s) over (
            order by %s rows between unbounded preceding and 1 preceding), 0) as bytes_before
        from (%s) page
      ) sized
      where bytes_before < %d
      order by %2$s
      """;

  private PageBytes() {}

  /**
   * Returns a statement with the rows of another one, up to the row that passes the bound.
   *
   * @param sql ends in a limit
   * @param bytes of a row, as an expression over the columns of {@code sql}
   * @param order the order of {@code sql}, by its columns
   */
  public static String within(String sql, String bytes, String order) {
    return WITHIN.formatted(bytes, order, sql, MAX);
  }

  /** Returns the items up to the one that passes the bound. */
  public static <T> List<T> fitting(List<T> items, ToLongFunction<T> bytes) {
    long before = 0;
    int fitting = 0;
    while (fitting < items.size() && before < MAX) {
      before += bytes.applyAsLong(items.get(fitting));
      fitting++;
    }
    return items.subList(0, fitting);
  }
}
