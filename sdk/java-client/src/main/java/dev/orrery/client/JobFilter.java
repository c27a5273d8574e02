package dev.orrery.client;

/** Selects the jobs of a list, and their order. Each method returns a changed copy. */
public final class JobFilter {
  private static final JobFilter ALL = new JobFilter(Query.EMPTY);

  private final Query query;

  private JobFilter(Query query) {
    this.query = query;
  }

  /** Selects all jobs, by name. */
  public static JobFilter all() {
    return ALL;
  }

  /** Selects jobs with a text in their name; upper and lower case are the same. */
  public JobFilter search(String text) {
    return with("search", text);
  }

  /** Adds a label; jobs with all of them are selected. */
  public JobFilter label(String name, String value) {
    return new JobFilter(query.add("label", name + ":" + value));
  }

  /**
   * @param state {@code ENABLED}, {@code DISABLED}, {@code PAUSED}, {@code FAILING} or {@code
   *     OVERDUE}
   */
  public JobFilter filter(String state) {
    return with("filter", state);
  }

  /**
   * @param by such as {@code name}, or {@code -failingSince} for the greatest first
   */
  public JobFilter sort(String by) {
    return with("sort", by);
  }

  /** Sets the most items of a page, 1 to 500; default 100. */
  public JobFilter limit(int items) {
    return with("limit", items);
  }

  /** Continues after the page that returned this cursor. */
  public JobFilter after(String cursor) {
    return with("after", cursor);
  }

  private JobFilter with(String name, Object value) {
    return new JobFilter(query.set(name, value));
  }

  Query query() {
    return query;
  }
}
