package dev.orrery.scheduler.commit;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The items of one app that wait for a commit, in the order of their arrival. Not thread-safe: its
 * {@link GroupCommit} guards it.
 */
final class AppQueue<W extends FairQueue.Item> {
  private final int app;
  private final ArrayDeque<W> items = new ArrayDeque<>();

  /** Items before the first of {@link #items} that a group could not take; empty between groups. */
  private final ArrayDeque<W> skipped = new ArrayDeque<>(0);

  private int weight;

  AppQueue(int app) {
    this.app = app;
  }

  int app() {
    return app;
  }

  /** The weight of all items. */
  int weight() {
    return weight;
  }

  void add(W item) {
    items.add(item);
    weight += item.weight();
  }

  /** Returns the oldest item that was not skipped; null if there is none. */
  W first() {
    return items.peek();
  }

  void removeFirst() {
    weight -= items.remove().weight();
  }

  /**
   * Leaves the first item for the next group.
   *
   * @return the number of skipped items
   */
  int skipFirst() {
    skipped.add(items.remove());
    return skipped.size();
  }

  /** Removes the matching items and appends them to {@code removed}; between groups only. */
  void removeIf(Predicate<W> condition, List<W> removed) {
    items.removeIf(
        item -> {
          boolean matches = condition.test(item);
          if (matches) {
            weight -= item.weight();
            removed.add(item);
          }
          return matches;
        });
  }

  /** Puts the skipped items back, before the others. */
  void endGroup() {
    while (!skipped.isEmpty()) {
      items.addFirst(skipped.removeLast());
    }
  }

  /** Returns true if nothing waits; between groups only. */
  boolean isEmpty() {
    return items.isEmpty();
  }
}
