package dev.orrery.scheduler.powerjob;

/**
 * Decides whether a worker has read a run that it denies, over a channel on which a question can
 * overtake the run. It has if it denied two questions, some seconds apart and each at once, was
 * alive between them, and left none open: a worker that stood still, or is busy with the run, does
 * not. This is a pure rule; times are nanoseconds of a ticker.
 */
final class RepeatedDenial {
  private int open;
  private Long firstAskedNanos;
  private long firstDeniedNanos;

  void asked() {
    open++;
  }

  /** A question has another end than a denial, or the worker may have been started again. */
  void answered() {
    open--;
    begin();
  }

  /** Earlier denials do not count any more. */
  void begin() {
    firstAskedNanos = null;
  }

  /**
   * A question was denied.
   *
   * @param heartbeatNanos of the latest heartbeat
   * @return true if the worker has read the run before
   */
  boolean denied(long askedNanos, long deniedNanos, long heartbeatNanos) {
    open--;
    if (deniedNanos - askedNanos > PowerJobLimits.QUICK_DENIAL.toNanos()) {
      begin();
    } else if (firstAskedNanos == null) {
      firstAskedNanos = askedNanos;
      firstDeniedNanos = deniedNanos;
    } else {
      return open == 0
          && askedNanos - firstAskedNanos >= PowerJobLimits.DENIAL_INTERVAL.toNanos()
          && heartbeatNanos - firstDeniedNanos > 0
          && askedNanos - heartbeatNanos > 0;
    }
    return false;
  }
}
