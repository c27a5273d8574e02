package dev.orrery.scheduler.dispatch;

import dev.orrery.scheduler.hint.HintBus;
import java.util.Comparator;

/**
 * A place in the order in which the instances of one priority of a lane are claimed.
 *
 * @param dueMicros a due time, in microseconds since 1970, by the database's clock
 * @param id of the instance that is there; of those due at one time the smaller comes first
 */
public record QueuePosition(long dueMicros, long id) implements Comparable<QueuePosition> {
  /** In front of everything; no instance was due in 1970. */
  public static final QueuePosition START = new QueuePosition(0, 0);

  /**
   * What became due so long ago can be seen by now; whoever takes longer to commit it says so, and
   * that rewinds. Only so far back can rows appear in front of others that are claimed. Twice what
   * is allowed, for clocks in milliseconds.
   */
  private static final long SLACK_MICROS = 2 * HintBus.JUST_NOW.toNanos() / 1000;

  private static final Comparator<QueuePosition> ORDER =
      Comparator.comparingLong(QueuePosition::dueMicros).thenComparingLong(QueuePosition::id);

  @Override
  public int compareTo(QueuePosition other) {
    return ORDER.compare(this, other);
  }

  public static QueuePosition later(QueuePosition one, QueuePosition other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  /**
   * From where to look on after a claim.
   *
   * @param last of the claimed rows
   * @param clockMicros of the database, at the claim
   */
  public static QueuePosition reached(QueuePosition last, long clockMicros) {
    QueuePosition settled = new QueuePosition(clockMicros - SLACK_MICROS, 0);
    return last.compareTo(settled) < 0 ? last : settled;
  }
}
