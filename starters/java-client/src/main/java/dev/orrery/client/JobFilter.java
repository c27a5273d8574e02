package dev.orrery.client;

import java.util.Optional;

/**
 * Which jobs a list has, and in which order.
 *
 * @param search a text within the name; upper and lower case are the same
 * @param filter {@code ENABLED}, {@code DISABLED}, {@code PAUSED} or {@code FAILING}
 * @param sort such as {@code name} or {@code -failingSince}, as in docs/api.md
 * @param limit the most items of a page, 1 to 500
 * @param after the cursor of the page before
 */
public record JobFilter(
    Optional<String> search,
    Optional<String> filter,
    Optional<String> sort,
    int limit,
    Optional<String> after) {

  /** Returns all jobs, by name. */
  public static JobFilter all() {
    return new JobFilter(
        Optional.empty(), Optional.empty(), Optional.empty(), 100, Optional.empty());
  }

  public JobFilter search(String text) {
    return new JobFilter(Optional.of(text), filter, sort, limit, after);
  }

  public JobFilter filter(String state) {
    return new JobFilter(search, Optional.of(state), sort, limit, after);
  }

  public JobFilter sort(String by) {
    return new JobFilter(search, filter, Optional.of(by), limit, after);
  }

  public JobFilter limit(int items) {
    return new JobFilter(search, filter, sort, items, after);
  }

  public JobFilter after(String cursor) {
    return new JobFilter(search, filter, sort, limit, Optional.of(cursor));
  }

  Query query() {
    return new Query()
        .with("search", search)
        .with("filter", filter)
        .with("sort", sort)
        .with("limit", limit)
        .with("after", after);
  }
}
