package dev.orrery.scheduler.model.commit;

import dev.orrery.scheduler.base.quota.FairQueue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The queue of items that wait for a group commit. Apps take turns in a group, each with several
 * items. An item that weighs more than a turn takes long to commit, so it shares no group with
 * lighter ones of other apps. An app may hold at most {@value #MAX_SHARE_OF_FREE} times the weight
 * that is free. Not thread-safe: its {@link GroupCommit} guards it.
 */
final class GroupQueue<W extends GroupQueue.Item> {

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

  private static final int MAX_SHARE_OF_FREE = 4;

  /** A group has room for this many full turns; a turn takes at least one item. */
  private static final int TURNS_PER_GROUP = 8;

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
  private final FairQueue<Integer, W> waiting = new FairQueue<>(Item::weight);

  GroupQueue(int maxWeight, int maxQueued) {
    this.maxWeight = maxWeight;
    this.maxQueued = maxQueued;
  }

  int weight() {
    return waiting.weight();
  }

  /** Returns false if the item does not fit and was not added. */
  boolean add(int app, W item) {
    Integer key = app;
    boolean fits = fits(waiting.weight(key), item.weight());
    if (fits) {
      waiting.add(key, item);
    }
    return fits;
  }

  /**
   * An item over the bound fits while nothing else waits, because its size was validated before.
   */
  private boolean fits(int held, int added) {
    long freeThen = (long) maxQueued - weight() - added;
    return weight() == 0 || held + added <= MAX_SHARE_OF_FREE * freeThen;
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
    // Apps whose next item does not fit into the rest of this group; they begin the next one.
    List<FairQueue<Integer, W>.Line> unfitting = new ArrayList<>(0);
    List<FairQueue<Integer, W>.Line> served = new ArrayList<>(1);
    while (waiting.hasNext() && group.total < group.bound) {
      FairQueue<Integer, W>.Line line = waiting.beginTurn();
      switch (group.takeTurn(line)) {
        case OVER -> waiting.endTurn(line);
        case UNFITTING -> unfitting.add(line);
        case NOTHING_LEFT -> served.add(line);
      }
    }
    group.skipping.forEach(line -> line.restore());
    served.forEach(waiting::endTurn);
    for (int i = unfitting.size() - 1; i >= 0; i--) {
      waiting.keepTurn(unfitting.get(i));
    }
    return new Group<>(group.items, group.total, group.total > maxSmall());
  }

  /** Removes and returns everything. */
  List<W> removeAll() {
    return removeIf(item -> true);
  }

  /** Removes and returns the items that match. */
  List<W> removeIf(Predicate<W> condition) {
    return waiting.removeIf(condition);
  }

  private int turn() {
    return Math.max(1, maxWeight / TURNS_PER_GROUP);
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
    private final List<FairQueue<Integer, W>.Line> skipping = new ArrayList<>(0);
    private final int bound;
    private int total;

    Filling(int bound) {
      this.bound = bound;
    }

    Turn takeTurn(FairQueue<Integer, W>.Line line) {
      int end = total + turn();
      while (total < end) {
        W next = line.first();
        if (next == null) {
          return Turn.NOTHING_LEFT;
        }
        if (!fits(next) || !mayShare(line.key(), next)) {
          return Turn.UNFITTING;
        }
        if (next.key() != null && !keys.add(next.key())) {
          int skipped = line.skipFirst();
          if (skipped == 1) {
            skipping.add(line);
          }
          if (skipped == MAX_SKIPPED) {
            return Turn.NOTHING_LEFT;
          }
          continue;
        }
        line.removeFirst();
        items.add(next);
        (isHeavy(next) ? appsOfHeavy : appsOfLight).add(line.key());
        total += next.weight();
      }
      return Turn.OVER;
    }

    /** An item over the bound of all groups is alone in a group. */
    private boolean fits(W next) {
      return total + next.weight() <= bound || (items.isEmpty() && bound == maxWeight);
    }

    /** An item must not wait for the heavy one of another app. */
    private boolean mayShare(Integer app, W next) {
      Set<Integer> others = isHeavy(next) ? appsOfLight : appsOfHeavy;
      return others.isEmpty() || (others.size() == 1 && others.contains(app));
    }

    private boolean isHeavy(W item) {
      return item.weight() > turn();
    }
  }
}
