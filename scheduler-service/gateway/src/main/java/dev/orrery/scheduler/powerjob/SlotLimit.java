package dev.orrery.scheduler.powerjob;

/**
 * Limits the runs that a worker may have at once. A worker with too many runs silently drops one.
 * The limit then falls to the number of runs that the worker kept, and rises by one in each minute
 * without a drop. A worker that could not be called gets one run until a call succeeds. This is a
 * pure rule; times are nanoseconds of a ticker.
 */
final class SlotLimit {
  private final int capacity;
  private int limit;
  private long changedNanos;

  /** The drops that one check of the worker found; they were sent together, in any order. */
  private long checkNanos;

  private int limitBefore;
  private int dropped;
  private int highestPlace;
  private boolean doubtful;

  /**
   * @param capacity the threads of the worker
   */
  SlotLimit(int capacity, long nowNanos) {
    this.capacity = capacity;
    this.limit = capacity;
    this.changedNanos = nowNanos;
    this.checkNanos = nowNanos;
    this.limitBefore = capacity;
  }

  int value() {
    return doubtful ? 1 : limit;
  }

  /** A call of the worker failed. */
  void doubt() {
    doubtful = true;
  }

  /**
   * A call of the worker succeeded.
   *
   * @return true if one had failed before
   */
  boolean trust() {
    boolean again = doubtful;
    doubtful = false;
    return again;
  }

  /**
   * The worker dropped a run.
   *
   * @param place the runs that it would have had with this one, if it had dropped none
   * @param checkedNanos the time of the check that found it, the same for all that it found
   */
  void dropped(int place, long checkedNanos) {
    if (checkedNanos != checkNanos) {
      checkNanos = checkedNanos;
      limitBefore = limit;
      dropped = 0;
      highestPlace = 0;
    }
    dropped++;
    highestPlace = Math.max(highestPlace, place);
    limit = Math.max(1, Math.min(limitBefore, highestPlace - dropped));
    changedNanos = checkedNanos;
  }

  /** Returns true if the limit has risen. */
  boolean rise(long nowNanos) {
    boolean rises =
        limit < capacity && nowNanos - changedNanos >= PowerJobLimits.SLOT_RISE_INTERVAL.toNanos();
    if (rises) {
      limit++;
      changedNanos = nowNanos;
    }
    return rises;
  }
}
