package dev.orrery.scheduler.commit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The items that wait for a commit, in a queue for each app. Apps take turns in a group, so an app
 * with one item waits for about one turn of each other app, however much these have sent. An item
 * that weighs more than a turn takes long to commit, so it shares no group with lighter ones of
 * other apps. Not thread-safe: its {@link GroupCommit} guards it.
 *
 * <p>An app may hold at most {@value #SHARE} times the weight that is free, so no app can fill the
 * queue. A single busy app holds up to four fifths of the bound, and each of two busy apps up to
 * four ninths.
 */
final class FairQueue<W extends FairQueue.Item> {

  /** An item that waits for a commit. */
  interface Item {
    int weight();

    /** Items with equal keys never share a group; null shares with all. */
    Object key();
  }

  /**
   * Items that are committed together.
   *
   * @param isLarge whether others must not wait for the commit
   */
  record Group<W>(List<W> items, int weight, boolean isLarge) {
    boolean isEmpty() {
      return items.isEmpty();
    }
  }

  private static final int SHARE = 4;

  /** A group has room for this many full turns; a turn takes at least one item. */
  private static final int TURNS = 8;

  /** A group of more than this many full turns is large. */
  private static final int SMALL_TURNS = 4;

  /**
   * The most items of an app that a group skips, because it has their key already. Then the app
   * waits for the next group. Without a bound, a flood of one key would be read again for each
   * group.
   */
  private static final int MAX_SKIPPED = 1_000;

  private final int maxWeight;
  private final int maxQueued;
  private final Map<Integer, AppQueue<W>> queues = new HashMap<>();

  /** All queues with items; the first one has the next turn. */
  private final ArrayDeque<AppQueue<W>> turns = new ArrayDeque<>();

  private int weight;

  FairQueue(int maxWeight, int maxQueued) {
    this.maxWeight = maxWeight;
    this.maxQueued = maxQueued;
  }

  int weight() {
    return weight;
  }

  /** Returns false if the item does not fit and was not added. */
  boolean add(int app, W item) {
    AppQueue<W> queue = queues.get(app);
    int held = queue == null ? 0 : queue.weight();
    if (!fits(held, item.weight())) {
      return false;
    }
    if (queue == null) {
      queue = new AppQueue<>(app);
      queues.put(app, queue);
      turns.add(queue);
    }
    queue.add(item);
    weight += item.weight();
    return true;
  }

  /**
   * An item over the bound fits while nothing else waits, because its size was validated before.
   */
  private boolean fits(int held, int added) {
    long freeThen = (long) maxQueued - weight - added;
    return weight == 0 || held + added <= SHARE * freeThen;
  }

  /** Removes and returns the next group; empty if nothing waits. */
  Group<W> nextGroup() {
    return nextGroup(new Filling(maxWeight));
  }

  /** Removes and returns the next group that is not large; empty if no item fits into one. */
  Group<W> nextSmallGroup() {
    return nextGroup(new Filling(maxSmall()));
  }

  private Group<W> nextGroup(Filling group) {
    // Queues whose next item does not fit into the rest of this group; they begin the next one.
    List<AppQueue<W>> unfitting = new ArrayList<>(0);
    List<AppQueue<W>> served = new ArrayList<>(1);
    while (!turns.isEmpty() && group.total < group.bound) {
      AppQueue<W> queue = turns.poll();
      switch (group.takeTurn(queue)) {
        case OVER -> turns.add(queue);
        case UNFITTING -> unfitting.add(queue);
        case NOTHING_LEFT -> served.add(queue);
      }
    }
    endGroup(unfitting, served);
    weight -= group.total;
    return new Group<>(group.items, group.total, group.total > maxSmall());
  }

  private void endGroup(List<AppQueue<W>> unfitting, List<AppQueue<W>> served) {
    turns.addAll(served);
    for (int i = unfitting.size() - 1; i >= 0; i--) {
      turns.addFirst(unfitting.get(i));
    }
    turns.removeIf(
        queue -> {
          queue.endGroup();
          if (queue.isEmpty()) {
            queues.remove(queue.app());
          }
          return queue.isEmpty();
        });
  }

  /** Removes and returns everything. */
  List<W> removeAll() {
    return removeIf(item -> true);
  }

  /** Removes and returns the items that match. */
  List<W> removeIf(Predicate<W> condition) {
    List<W> removed = new ArrayList<>();
    for (AppQueue<W> queue : turns) {
      queue.removeIf(condition, removed);
    }
    weight -= removed.stream().mapToInt(Item::weight).sum();
    endGroup(List.of(), List.of());
    return removed;
  }

  private int turn() {
    return Math.max(1, maxWeight / TURNS);
  }

  private int maxSmall() {
    return turn() * SMALL_TURNS;
  }

  private enum Turn {
    OVER,
    UNFITTING,
    NOTHING_LEFT
  }

  /** A group while it is filled. */
  private final class Filling {
    private final List<W> items = new ArrayList<>();
    private final Set<Object> keys = new HashSet<>();
    private final Set<Integer> appsOfHeavy = new HashSet<>(1);
    private final Set<Integer> appsOfLight = new HashSet<>();
    private final int bound;
    private int total;

    Filling(int bound) {
      this.bound = bound;
    }

    Turn takeTurn(AppQueue<W> queue) {
      int end = total + turn();
      while (total < end) {
        W next = queue.first();
        if (next == null) {
          return Turn.NOTHING_LEFT;
        }
        if (!fits(next) || !mayShare(queue, next)) {
          return Turn.UNFITTING;
        }
        if (next.key() != null && !keys.add(next.key())) {
          if (queue.skipFirst() == MAX_SKIPPED) {
            return Turn.NOTHING_LEFT;
          }
          continue;
        }
        queue.removeFirst();
        items.add(next);
        (isHeavy(next) ? appsOfHeavy : appsOfLight).add(queue.app());
        total += next.weight();
      }
      return Turn.OVER;
    }

    /** An item over the bound of all groups is alone in a group. */
    private boolean fits(W next) {
      return total + next.weight() <= bound || (items.isEmpty() && bound == maxWeight);
    }

    /** An item must not wait for the heavy one of another app. */
    private boolean mayShare(AppQueue<W> queue, W next) {
      Set<Integer> others = isHeavy(next) ? appsOfLight : appsOfHeavy;
      return others.isEmpty() || (others.size() == 1 && others.contains(queue.app()));
    }

    private boolean isHeavy(W item) {
      return item.weight() > turn();
    }
  }
}
