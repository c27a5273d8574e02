package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.scheduler.base.hint.HintBus;
import java.util.Comparator;

/**
 * A position in a lane's claim order, within one priority.
 *
 * @param dueMicros a due time, in microseconds since 1970, by the database's clock
 * @param id the id of the instance at this position; among equal due times, the smaller id comes
 *     first
 */
public record QueuePosition(long dueMicros, long id) implements Comparable<QueuePosition> {
  /** Before every instance: none was due in 1970. */
  public static final QueuePosition START = new QueuePosition(0, 0);

  /**
   * Instances that became due longer ago than this are visible to a claim, or their writer
   * announces them with a hint that rewinds the cursor. So rows can appear before claimed ones only
   * this far back. This is twice the time of a writer, because some clocks count milliseconds.
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
   * Returns the position at which the next claim starts.
   *
   * @param last the position of the last claimed row
   * @param clockMicros the database's clock at the claim
   */
  public static QueuePosition reached(QueuePosition last, long clockMicros) {
    QueuePosition visible = new QueuePosition(clockMicros - SLACK_MICROS, 0);
    return last.compareTo(visible) < 0 ? last : visible;
  }
}
