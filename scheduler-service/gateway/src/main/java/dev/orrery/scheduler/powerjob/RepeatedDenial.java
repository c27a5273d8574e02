package dev.orrery.scheduler.powerjob;

/**
 * Decides whether a worker has read a run that it denies, over a channel on which a question can
 * overtake the run. It has if it denied questions twice, some seconds apart and each at once, and
 * was alive between them. The second time, each of its actors must get one: the run may wait in the
 * mailbox of one that is busy. This is a pure rule; times are nanoseconds of a ticker.
 */
final class RepeatedDenial {
  private Long firstAskedNanos;
  private long firstDeniedNanos;

  /** Earlier denials do not count any more: the worker may have been started again. */
  void begin() {
    firstAskedNanos = null;
  }

  /**
   * Returns whether a denial counts as the second one, if it is asked for now.
   *
   * @param heartbeatNanos of the latest heartbeat
   */
  boolean isSecond(long nowNanos, long heartbeatNanos) {
    return firstAskedNanos != null
        && nowNanos - firstAskedNanos >= PowerJobLimits.DENIAL_INTERVAL.toNanos()
        && heartbeatNanos - firstDeniedNanos > 0
        && nowNanos - heartbeatNanos > 0;
  }

  /**
   * All questions that were asked at one time are denied.
   *
   * @param deniedNanos when the last one was
   * @param heartbeatNanos of the latest heartbeat before the questions
   * @return true if the worker has read the run before
   */
  boolean denied(long askedNanos, long deniedNanos, long heartbeatNanos) {
    if (deniedNanos - askedNanos > PowerJobLimits.QUICK_DENIAL.toNanos()) {
      begin();
      return false;
    }
    if (firstAskedNanos == null) {
      firstAskedNanos = askedNanos;
      firstDeniedNanos = deniedNanos;
      return false;
    }
    return isSecond(askedNanos, heartbeatNanos);
  }
}
