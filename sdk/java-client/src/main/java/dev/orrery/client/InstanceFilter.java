package dev.orrery.client;

import java.time.Instant;

/**
 * Selects the instances of a list, which is sorted from new to old. Each method returns a changed
 * copy.
 */
public final class InstanceFilter {
  private static final InstanceFilter ALL = new InstanceFilter(Query.EMPTY);

  private final Query query;

  private InstanceFilter(Query query) {
    this.query = query;
  }

  /** Selects all instances of the app. */
  public static InstanceFilter all() {
    return ALL;
  }

  public InstanceFilter job(String name) {
    return with("job", name);
  }

  /** Adds a state: instances in any of the states are selected. */
  public InstanceFilter state(InstanceState state) {
    return new InstanceFilter(query.add("state", state));
  }

  public InstanceFilter waitingFor(WaitingFor reason) {
    return with("waitingFor", reason);
  }

  public InstanceFilter createdFrom(Instant from) {
    return with("createdFrom", from);
  }

  /** Selects instances that were created before an instant. */
  public InstanceFilter createdUntil(Instant until) {
    return with("createdUntil", until);
  }

  /** Selects instances that a worker runs, or ran last. */
  public InstanceFilter worker(String name) {
    return with("worker", name);
  }

  /** Selects instances with a text of 3 to 200 characters in the error of their last attempt. */
  public InstanceFilter errorText(String text) {
    return with("errorText", text);
  }

  /**
   * Adds a parameter that was given to the run; instances with all of them are selected. Parameters
   * of the job's document are not searched.
   */
  public InstanceFilter parameter(String name, String value) {
    return new InstanceFilter(query.add("parameter", name + ":" + value));
  }

  /** Adds a label of the job; instances of jobs with all of them are selected. */
  public InstanceFilter label(String name, String value) {
    return new InstanceFilter(query.add("label", name + ":" + value));
  }

  public InstanceFilter origin(InstanceOrigin cause) {
    return with("origin", cause);
  }

  /** Sets the most items of a page, 1 to 500; default 100. */
  public InstanceFilter limit(int items) {
    return with("limit", items);
  }

  /** Continues after the page that returned this cursor. */
  public InstanceFilter after(String cursor) {
    return with("after", cursor);
  }

  private InstanceFilter with(String name, Object value) {
    return new InstanceFilter(query.set(name, value));
  }

  Query query() {
    return query;
  }
}
