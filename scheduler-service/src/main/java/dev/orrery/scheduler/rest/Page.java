package dev.orrery.scheduler.rest;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One page of a list. */
@RegisterForReflection
public record Page<T>(
    @Schema(
            description =
                "The items, in the order of the list. A page may have fewer than its limit, because"
                    + " it is bounded in bytes, too; only without 'next' is it the last one.")
        List<T> items,
    @Schema(
            description =
                "The cursor to pass as 'after' for the next page; null on the last one, but a log always has one.",
            nullable = true)
        String next) {
  public static final int DEFAULT_LIMIT = 100;
  public static final int MAX_LIMIT = 500;

  /**
   * Returns a page of rows. The caller has queried one row more than {@code limit}, which shows
   * whether there is a next page.
   */
  public static <R, T> Page<T> of(
      List<R> rows, int limit, Function<R, T> view, Function<R, String> cursor) {
    List<R> shown = rows.size() > limit ? rows.subList(0, limit) : rows;
    String next = rows.size() > limit ? cursor.apply(shown.get(limit - 1)) : null;
    return new Page<>(shown.stream().map(view).toList(), next);
  }

  /** Returns a page of rows that are bounded by bytes, too. */
  public static <R, T> Page<T> of(
      PageRows<R> rows, int limit, Function<R, T> view, Function<R, String> cursor) {
    Page<T> page = of(rows.rows(), limit, view, cursor);
    return page.next() != null || !rows.cut()
        ? page
        : new Page<>(page.items(), cursor.apply(rows.rows().get(rows.rows().size() - 1)));
  }

  /**
   * Returns the limit of a call, or the default.
   *
   * @throws dev.orrery.scheduler.problem.ProblemException {@code INVALID} outside of 1..500
   */
  public static int limit(String asked) {
    return QueryParameter.integer("limit", asked, DEFAULT_LIMIT, 1, MAX_LIMIT);
  }
}
