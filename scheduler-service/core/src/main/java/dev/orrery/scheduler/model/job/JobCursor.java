package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.base.problem.ProblemException;

/**
 * The position of a job in the list over all apps.
 *
 * @param appId id of its app
 * @param name name of the job; names have no colon
 */
record JobCursor(int appId, String name) {
  private static final char SEPARATOR = ':';

  static final JobCursor START = new JobCursor(0, "");

  static JobCursor of(AppJob last) {
    return new JobCursor(last.appId(), last.job().document().name());
  }

  /**
   * @param after null for the first page
   * @throws ProblemException {@code INVALID} if no page returns such a cursor
   */
  static JobCursor parse(String after) {
    if (after == null) {
      return START;
    }
    int end = after.indexOf(SEPARATOR);
    try {
      return new JobCursor(
          Integer.parseInt(after.substring(0, Math.max(0, end))), after.substring(end + 1));
    } catch (NumberFormatException e) {
      throw ProblemException.invalid("after", "'after' must be the cursor of a page before.");
    }
  }

  @Override
  public String toString() {
    return appId + String.valueOf(SEPARATOR) + name;
  }
}
