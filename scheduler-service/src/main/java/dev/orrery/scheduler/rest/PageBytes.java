package dev.orrery.scheduler.rest;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Bounds a page of a list by bytes as well as by number: 500 instances may have 64 KiB of
 * parameters each, and many pages are read at once.
 */
public final class PageBytes {
  /** A page ends after the item that exceeds this bound, so it has at least one item. */
  public static final int MAX = 1024 * 1024;

  /**
   * A statement around another one that ends in a limit. It returns the rows that fit into a page,
   * each with {@code found}, the number of rows within the limit. It has the parameters of the
   * inner statement.
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
   * Returns a statement with the rows of another one, up to the row that exceeds the bound.
   *
   * @param sql the inner statement, which ends in a limit
   * @param bytes the size of a row, as an expression over the columns of {@code sql}
   * @param order the order of {@code sql}, by its columns
   */
  public static String within(String sql, String bytes, String order) {
    return WITHIN.formatted(bytes, order, sql, MAX);
  }

  /** Returns the items up to the one that exceeds the bound. */
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
