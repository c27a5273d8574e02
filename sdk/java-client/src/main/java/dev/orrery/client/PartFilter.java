package dev.orrery.client;

/**
 * Selects the parts of an instance in a list, which is sorted from old to new. Each method returns
 * a changed copy.
 */
public final class PartFilter {
  private final Query query;

  private PartFilter(Query query) {
    this.query = query;
  }

  /** Selects all parts that exist or existed. */
  public static PartFilter all() {
    return only("all");
  }

  /** Selects parts that wait or run. */
  public static PartFilter active() {
    return only("active");
  }

  /** Selects parts that ended without success. */
  public static PartFilter failed() {
    return only("failed");
  }

  private static PartFilter only(String selection) {
    return new PartFilter(Query.EMPTY.set("only", selection));
  }

  /** Sets the most items of a page, 1 to 500; default 100. */
  public PartFilter limit(int items) {
    return with("limit", items);
  }

  /** Continues after the page that returned this cursor. */
  public PartFilter after(String cursor) {
    return with("after", cursor);
  }

  private PartFilter with(String name, Object value) {
    return new PartFilter(query.set(name, value));
  }

  Query query() {
    return query;
  }
}
