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
final class Mark {
  /** Where everything is in front; no instance was due in 1970. */
  static final long START = 0;

  /**
   * A row that is due earlier may be committed later; it takes longer than this only where a
   * statement that submits does.
   */
  private static final long SLACK_MICROS = 1_000_000;

  private static final long ALL_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  /** Looking at all takes one eleventh of the time at most. */
  private static final int COST = 10;

  private long sinceMicros = START;
  private long rewinds = 1;
  private long rewindsServed;
  private boolean lookedAtAll;
  private long lookedAtNanos;
  private long tookNanos;

  /**
   * A look that is to be made.
   *
   * @param sinceMicros the due time, in microseconds since 1970, before which it does not look
   */
  record Look(long sinceMicros, long rewinds) {}

  /** Something may have become ready that was due long ago. */
  synchronized void rewind() {
    rewinds++;
  }

  synchronized Look next(long nowNanos) {
    long ago = nowNanos - lookedAtNanos;
    boolean wanted = rewinds != rewindsServed || ago >= ALL_EVERY_NANOS;
    boolean affordable = !lookedAtAll || ago >= COST * tookNanos;
    return new Look(wanted && affordable ? START : sinceMicros, rewinds);
  }

  /**
   * A look was made, and its rows are claimed.
   *
   * @param lastDueMicros of the claimed row that was due last; null if there was none
   * @param complete whether nothing ready was left behind that row
   */
  synchronized void looked(
      Look look, Long lastDueMicros, boolean complete, long nowNanos, long duration) {
    if (look.sinceMicros == START) {
      lookedAtAll = true;
      lookedAtNanos = nowNanos;
      tookNanos = duration;
      rewindsServed = look.rewinds;
    }
    if (lastDueMicros == null) {
      return;
    }
    long reached = Math.max(START, lastDueMicros - SLACK_MICROS);
    boolean leftBehind = look.sinceMicros == START && !complete;
    sinceMicros = leftBehind ? reached : Math.max(sinceMicros, reached);
  }
}
