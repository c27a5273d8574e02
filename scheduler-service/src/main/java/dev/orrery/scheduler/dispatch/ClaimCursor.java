package dev.orrery.scheduler.dispatch;

import java.time.Duration;

/**
 * From where claims of one priority of a lane look on. Entries of rows that are gone stay in the
 * index for as long as any transaction of the database is open that began before; without a mark
 * every claim would walk over all of them, and a queue would get slower by the minute.
 *
 * <p>Belief, not truth: rows may become ready behind it. Whoever knows of such rows rewinds it, and
 * once a second a claim looks at all anyway.
 */
final class ClaimCursor {
  private static final long ALL_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  /**
   * What looking at all may take each time that something asks for it; instances of jobs with a
   * limit, which are unblocked long after they became due, ask at each start.
   */
  private static final long CHEAP_NANOS = Duration.ofMillis(50).toNanos();

  /** What it takes beyond that is one eleventh of the time at most. */
  private static final int COST = 10;

  private QueuePosition since = QueuePosition.START;
  private long rewinds = 1;
  private long rewindsServed;
  private boolean lookedAtAll;
  private long lookedAtNanos;
  private long tookNanos;

  /**
   * A look that is to be made.
   *
   * @param since the first place at which it looks
   */
  record Look(QueuePosition since, long rewinds) {
    boolean isAtAll() {
      return since.equals(QueuePosition.START);
    }
  }

  /** Something may have become ready that was due long ago. */
  synchronized void rewind() {
    rewinds++;
  }

  /** Whether a rewind waits for a look at all, since that cannot be afforded yet. */
  synchronized boolean awaitsLookAtAll() {
    return rewinds != rewindsServed;
  }

  synchronized Look next(long nowNanos) {
    long ago = nowNanos - lookedAtNanos;
    boolean wanted = awaitsLookAtAll() || ago >= ALL_EVERY_NANOS;
    boolean affordable = !lookedAtAll || ago >= COST * (tookNanos - CHEAP_NANOS);
    return new Look(wanted && affordable ? QueuePosition.START : since, rewinds);
  }

  /**
   * A look was made, and its rows are claimed.
   *
   * @param last of the claimed rows; null if there was none
   * @param clockMicros of the database, when it looked; any if there was none
   * @param complete whether nothing ready was left behind that row
   */
  synchronized void looked(
      Look look,
      QueuePosition last,
      long clockMicros,
      boolean complete,
      long nowNanos,
      long duration) {
    if (look.isAtAll()) {
      lookedAtAll = true;
      lookedAtNanos = nowNanos;
      tookNanos = duration;
      rewindsServed = look.rewinds;
    }
    if (last == null) {
      return;
    }
    QueuePosition reached = QueuePosition.reached(last, clockMicros);
    boolean leftBehind = look.isAtAll() && !complete;
    since = leftBehind ? reached : QueuePosition.later(since, reached);
  }
}
