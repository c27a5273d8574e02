package dev.orrery.scheduler.base.quota;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * A queue in which keys, mostly apps, take turns. The items of a key keep their order, and a key
 * with many items does not delay the others. The owner bounds the queue. Not thread-safe.
 */
public final class FairQueue<K, T> {
  private final ToIntFunction<T> weigher;
  private final Map<K, Line> lines = new HashMap<>();

  /** All lines with items, except for those that have a turn; the first one has the next turn. */
  private final ArrayDeque<Line> turns = new ArrayDeque<>();

  private int weight;

  /** Makes a queue of items that weigh 1. */
  public FairQueue() {
    this(item -> 1);
  }

  public FairQueue(ToIntFunction<T> weigher) {
    this.weigher = weigher;
  }

  /** The items of a key, in the order of their arrival. */
  public final class Line {
    private final K key;
    private final ArrayDeque<T> items = new ArrayDeque<>();

    /** Items before the first of {@link #items} that a turn left; empty unless there was a turn. */
    private final ArrayDeque<T> skipped = new ArrayDeque<>(0);

    private int weight;

    private Line(K key) {
      this.key = key;
    }

    public K key() {
      return key;
    }

    /** Returns the oldest item that was not skipped; null if there is none. */
    public T first() {
      return items.peek();
    }

    public T removeFirst() {
      T item = items.remove();
      count(this, -weigher.applyAsInt(item));
      return item;
    }

    /**
     * Leaves the first item until {@link #restore}.
     *
     * @return the number of skipped items
     */
    public int skipFirst() {
      skipped.add(items.remove());
      return skipped.size();
    }

    /** Puts the skipped items back, before the others. */
    public void restore() {
      while (!skipped.isEmpty()) {
        items.addFirst(skipped.removeLast());
      }
    }

    private boolean isEmpty() {
      return items.isEmpty() && skipped.isEmpty();
    }
  }

  public void add(K key, T item) {
    Line line = lines.get(key);
    if (line == null) {
      line = new Line(key);
      lines.put(key, line);
      turns.add(line);
    }
    line.items.add(item);
    count(line, weigher.applyAsInt(item));
  }

  private void count(Line line, int change) {
    line.weight += change;
    weight += change;
  }

  /** Takes the oldest item of the key whose turn it is; null if nothing waits. */
  public T next() {
    return next(key -> true);
  }

  /**
   * Takes the oldest item of the first key, in the order of turns, that passes.
   *
   * @param passes is asked for each key until the first true, and may act on that
   * @return null if no key passes
   */
  public T next(Predicate<K> passes) {
    Iterator<Line> order = turns.iterator();
    while (order.hasNext()) {
      Line line = order.next();
      if (passes.test(line.key)) {
        order.remove();
        T item = line.removeFirst();
        endTurn(line);
        return item;
      }
    }
    return null;
  }

  /** Returns false if no line waits for a turn. */
  public boolean hasNext() {
    return !turns.isEmpty();
  }

  /**
   * Takes the line whose turn it is out of the order, until {@link #endTurn} or {@link #keepTurn}.
   */
  public Line beginTurn() {
    return turns.remove();
  }

  /** Puts the line behind the others, or forgets it if it is empty. */
  public void endTurn(Line line) {
    if (line.isEmpty()) {
      lines.remove(line.key);
    } else {
      turns.add(line);
    }
  }

  /** Leaves the turn to the line. */
  public void keepTurn(Line line) {
    turns.addFirst(line);
  }

  /** Puts the key behind the others, if it has items. */
  public void moveToEnd(K key) {
    Line line = lines.get(key);
    if (line != null && turns.remove(line)) {
      turns.add(line);
    }
  }

  /** Removes and returns the items that match; not during a turn. */
  public List<T> removeIf(Predicate<T> condition) {
    List<T> removed = new ArrayList<>();
    for (Line line : turns) {
      line.items.removeIf(
          item -> {
            boolean matches = condition.test(item);
            if (matches) {
              count(line, -weigher.applyAsInt(item));
              removed.add(item);
            }
            return matches;
          });
    }
    turns.removeIf(line -> line.isEmpty() && lines.remove(line.key, line));
    return removed;
  }

  /** Returns the weight of the items of a key. */
  public int weight(K key) {
    Line line = lines.get(key);
    return line == null ? 0 : line.weight;
  }

  /** Returns the weight of all items. */
  public int weight() {
    return weight;
  }
}
