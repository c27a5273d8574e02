package dev.orrery.scheduler.commit;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.problem.ProblemTexts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;

/**
 * Commits what arrives in groups: the next group is what has arrived while the last one was
 * committed. There is no timer, so a lone item waits for nothing, and a flood makes large groups.
 *
 * <p>One bad item does not fail its neighbours: a group that fails is split and each item is tried
 * alone, unless the database is away or busy, which fails them all with {@code UNAVAILABLE}.
 *
 * @param <I> an item
 * @param <O> what became of it
 */
public final class GroupCommit<I, O> {

  /** Commits items; called by at most {@link Settings#writers} threads at once. */
  @FunctionalInterface
  public interface Work<I, O> {
    /**
     * @param items at least one; the total weight is at most that of the settings, unless a single
     *     item weighs more
     * @return one outcome for each item, in the same order; all committed
     */
    List<O> commit(List<I> items);
  }

  /**
   * Bounds of a group.
   *
   * @param name for messages, what is submitted: "submissions"
   * @param maxWeight of one commit
   * @param maxQueued weight that may wait; more is refused with {@code OVERLOADED}
   * @param writers commits in flight at once
   */
  public record Settings(String name, int maxWeight, int maxQueued, int writers) {}

  private record Waiting<I, O>(I item, int weight, Object key, CompletableFuture<O> outcome) {}

  private final Settings settings;
  private final Executor executor;
  private final ToIntFunction<I> weight;
  private final Function<I, Object> key;
  private final Work<I, O> work;

  private final ArrayDeque<Waiting<I, O>> queue = new ArrayDeque<>();
  private int queued;
  private int writing;
  private volatile IntConsumer committed = size -> {};

  /**
   * @param executor runs the commits; they block on the database
   * @param weight of an item, at least 1
   * @param key items with equal keys never share a group; null for items that share with all
   */
  public GroupCommit(
      Settings settings,
      Executor executor,
      ToIntFunction<I> weight,
      Function<I, Object> key,
      Work<I, O> work) {
    this.settings = settings;
    this.executor = executor;
    this.weight = weight;
    this.key = key;
    this.work = work;
  }

  /** A group of items that all weigh the same and may all share. */
  public GroupCommit(Settings settings, Executor executor, Work<I, O> work) {
    this(settings, executor, item -> 1, item -> null, work);
  }

  /**
   * Queues the item. The future completes after its commit, on the committing thread, or with a
   * {@link ProblemException} or {@link DatabaseException}.
   */
  public CompletableFuture<O> submit(I item) {
    CompletableFuture<O> outcome = new CompletableFuture<>();
    Waiting<I, O> waiting = new Waiting<>(item, weight.applyAsInt(item), key.apply(item), outcome);
    synchronized (this) {
      // A single item over the bound is taken when nothing else waits: it was found valid before.
      if (queued > 0 && queued + waiting.weight() > settings.maxQueued()) {
        outcome.completeExceptionally(
            ProblemException.overloaded(
                "Too many " + settings.name() + " are waiting for the database; try again later."));
        return outcome;
      }
      queue.add(waiting);
      queued += waiting.weight();
      if (writing >= settings.writers()) {
        return outcome;
      }
      writing++;
    }
    startWriter();
    return outcome;
  }

  String name() {
    return settings.name();
  }

  /** The weight that waits now. */
  synchronized int queued() {
    return queued;
  }

  /** The listener is given the weight of each group, on the committing thread. */
  void whenCommitted(IntConsumer listener) {
    committed = listener;
  }

  private void startWriter() {
    try {
      executor.execute(this::write);
    } catch (RuntimeException e) {
      // Only when the service stops: the executor takes no more.
      List<Waiting<I, O>> left;
      synchronized (this) {
        writing--;
        left = new ArrayList<>(queue);
        queue.clear();
        queued = 0;
      }
      failAll(left, ProblemException.unavailable(ProblemTexts.STOPPING));
    }
  }

  private void write() {
    List<Waiting<I, O>> group = nextGroup();
    if (group.isEmpty()) {
      return;
    }
    commit(group);
    committed.accept(group.stream().mapToInt(Waiting::weight).sum());
    // One group a turn, so that groups of other kinds get their turn on the same threads.
    startWriter();
  }

  private synchronized List<Waiting<I, O>> nextGroup() {
    List<Waiting<I, O>> group = new ArrayList<>();
    Set<Object> keys = new HashSet<>();
    int total = 0;
    for (Iterator<Waiting<I, O>> all = queue.iterator(); all.hasNext(); ) {
      Waiting<I, O> next = all.next();
      if (!group.isEmpty() && total + next.weight() > settings.maxWeight()) {
        break;
      }
      if (next.key() != null && !keys.add(next.key())) {
        continue;
      }
      all.remove();
      group.add(next);
      total += next.weight();
    }
    queued -= total;
    if (group.isEmpty()) {
      writing--;
    }
    return group;
  }

  private void commit(List<Waiting<I, O>> group) {
    List<O> outcomes;
    try {
      outcomes = work.commit(group.stream().map(Waiting::item).toList());
    } catch (DatabaseException e) {
      if (failsAll(e) || (group.size() == 1 && !e.isConflict())) {
        failAll(group, e);
      } else {
        commitEachAlone(group);
      }
      return;
    } catch (RuntimeException e) {
      if (group.size() == 1) {
        failAll(group, e);
      } else {
        commitEachAlone(group);
      }
      return;
    } catch (Error e) {
      // Told to those who wait: thrown on, it would end this writer, and all who come would wait.
      failAll(group, e);
      return;
    }
    if (outcomes.size() != group.size()) {
      failAll(
          group,
          new IllegalStateException(outcomes.size() + " outcomes of " + group.size() + " items"));
      return;
    }
    for (int i = 0; i < group.size(); i++) {
      group.get(i).outcome().complete(outcomes.get(i));
    }
  }

  private void commitEachAlone(List<Waiting<I, O>> group) {
    for (int i = 0; i < group.size(); i++) {
      Waiting<I, O> waiting = group.get(i);
      try {
        waiting.outcome().complete(work.commit(List.of(waiting.item())).get(0));
      } catch (DatabaseException e) {
        if (failsAll(e)) {
          failAll(group.subList(i, group.size()), e);
          return;
        }
        waiting.outcome().completeExceptionally(e);
      } catch (RuntimeException | Error e) {
        waiting.outcome().completeExceptionally(e);
      }
    }
  }

  private static boolean failsAll(DatabaseException e) {
    return e.isOutage() || e.isExhausted() || e.isBusy();
  }

  private void failAll(List<Waiting<I, O>> group, Throwable e) {
    group.forEach(waiting -> waiting.outcome().completeExceptionally(e));
  }
}
