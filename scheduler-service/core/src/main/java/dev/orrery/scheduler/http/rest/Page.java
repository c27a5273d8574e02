package dev.orrery.scheduler.http.rest;

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
   * Returns a page of rows, with at most {@link PageBytes#MAX_BYTES} bytes. The caller has queried
   * one row more than {@code limit}, which shows whether there is a next page.
   */
  public static <R, T> Page<T> of(
      List<R> rows, int limit, Function<R, T> view, Function<R, String> cursor) {
    return of(new PageRows<>(rows, false), limit, view, cursor);
  }

  /** Returns a page of rows whose statement was also bounded by bytes. */
  public static <R, T> Page<T> of(
      PageRows<R> rows, int limit, Function<R, T> view, Function<R, String> cursor) {
    List<R> read = rows.rows();
    List<T> items = PageBytes.fitting(read.stream().limit(limit).map(view).toList());
    boolean more = rows.cut() || items.size() < read.size();
    return new Page<>(items, more ? cursor.apply(read.get(items.size() - 1)) : null);
  }

  /**
   * Returns the requested limit, or the default.
   *
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code INVALID} outside of 1..500
   */
  public static int limit(String asked) {
    return QueryParameter.integer("limit", asked, DEFAULT_LIMIT, 1, MAX_LIMIT);
  }
}
