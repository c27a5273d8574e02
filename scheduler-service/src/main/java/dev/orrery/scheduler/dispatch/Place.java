package dev.orrery.scheduler.dispatch;

import java.util.Comparator;

/**
 * A place in the order in which the instances of one priority of a lane are claimed.
 *
 * @param dueMicros a due time, in microseconds since 1970, by the database's clock
 * @param id of the instance that is there; of those due at one time the smaller comes first
 */
record Place(long dueMicros, long id) implements Comparable<Place> {
  /** In front of everything; no instance was due in 1970. */
  static final Place START = new Place(0, 0);

  private static final Comparator<Place> ORDER =
      Comparator.comparingLong(Place::dueMicros).thenComparingLong(Place::id);

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }

  static Place later(Place one, Place other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
