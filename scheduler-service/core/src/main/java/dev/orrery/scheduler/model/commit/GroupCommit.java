package dev.orrery.scheduler.model.commit;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.LockWait;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jboss.logging.Logger;

/**
 * Commits items in groups: the next group has the items that arrived during the last commit. There
 * is no timer, so a lone item is committed at once, and many items make large groups. Apps take
 * turns in a group, see {@link GroupQueue}. The items of one app are committed in their order,
 * except for parts that meet a lock and items with a key that the group has already.
 *
 * <p>Large groups never occupy the last of several writers, so a small item waits for the commit of
 * small groups only.
 *
 * <p>One bad item does not fail the others of its group: a group that fails is halved until the bad
 * item is alone. A group that waits too long for a lock is halved as well, but its parts wait for
 * only 200 ms. After {@link #MAX_BUSY} such failures the rest of the group fails, so that other
 * groups need not wait for it. An outage, a pool without a free connection, or the lock of a whole
 * table fails the whole group.
 *
 * <p>Callers do not wait for long: if a whole group fails, the items that have waited for {@link
 * #MIN_WAIT_TO_FAIL} fail with it. If a lone item with a key meets a lock, the waiting items with
 * the same key fail with it.
 *
 * @param <I> an item
 * @param <O> the outcome of an item
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
   * The name and the bounds of a group.
   *
   * @param name the items in messages, such as "submissions"
   * @param maxWeight of one commit
   * @param maxQueued the weight that may wait; more is refused with {@code OVERLOADED}, and so is
   *     an app's item beyond its share
   * @param writers commits in flight at once
   */
  public record Settings(String name, int maxWeight, int maxQueued, int writers) {}

  /**
   * After this many failures because of locks, including that of the whole group, the rest fails.
   */
  private static final int MAX_BUSY = 5;

  /**
   * After this many failures because of locks in a row, such as those of a group and of both its
   * halves, the lock is most likely that of a table and not of a row.
   */
  private static final int MAX_BUSY_IN_A_ROW = 3;

  /**
   * Shorter than a commit waits for a connection or a lock, so items that waited for such a commit
   * are older.
   */
  static final Duration MIN_WAIT_TO_FAIL = Duration.ofSeconds(1);

  private static final Logger LOG = Logger.getLogger(GroupCommit.class);

  /**
   * @param since time of the ticker in nanoseconds
   */
  private record Waiting<I, O>(
      I item, int weight, Object key, long since, CompletableFuture<O> outcome)
      implements GroupQueue.Item {}

  private final Settings settings;
  private final Executor executor;
  private final Ticker ticker;
  private final ToIntFunction<I> weight;
  private final Function<I, Object> key;
  private final Work<I, O> work;

  private final GroupQueue<Waiting<I, O>> queue;
  private int writing;
  private int writingLarge;
  private long refused;
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
    this(settings, executor, Ticker.SYSTEM, weight, key, work);
  }

  GroupCommit(
      Settings settings,
      Executor executor,
      Ticker ticker,
      ToIntFunction<I> weight,
      Function<I, Object> key,
      Work<I, O> work) {
    this.settings = settings;
    this.executor = executor;
    this.ticker = ticker;
    this.weight = weight;
    this.key = key;
    this.work = work;
    this.queue = new GroupQueue<>(settings.maxWeight(), settings.maxQueued());
  }

  /** Creates a group of items that all have the weight 1 and may share a group with all others. */
  public GroupCommit(Settings settings, Executor executor, Work<I, O> work) {
    this(settings, executor, item -> 1, item -> null, work);
  }

  /**
   * Queues the item. The future completes after its commit, on the committing thread, or with a
   * {@link ProblemException} or {@link DatabaseException}.
   *
   * @param app the app that the item counts for
   */
  public CompletableFuture<O> submit(int app, I item) {
    CompletableFuture<O> outcome = new CompletableFuture<>();
    Waiting<I, O> waiting =
        new Waiting<>(item, weight.applyAsInt(item), key.apply(item), ticker.nanos(), outcome);
    synchronized (this) {
      if (!queue.add(app, waiting)) {
        refused++;
        outcome.completeExceptionally(
            ProblemException.overloaded(
                "Too many " + settings.name() + " are waiting for the database; try again later."));
        return outcome;
      }
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

  /** Returns the weight of the waiting items. */
  synchronized int queued() {
    return queue.weight();
  }

  /** Returns the number of items that did not fit into the queue. */
  synchronized long refused() {
    return refused;
  }

  /** Sets the listener, which receives the weight of each group on the committing thread. */
  void whenCommitted(IntConsumer listener) {
    committed = listener;
  }

  private void startWriter() {
    try {
      executor.execute(this::write);
    } catch (RuntimeException e) {
      // Only when the service stops: the executor accepts no more tasks.
      List<Waiting<I, O>> left;
      synchronized (this) {
        writing--;
        left = queue.removeAll();
      }
      failAll(left, ProblemException.unavailable(ProblemTexts.STOPPING));
    }
  }

  private void write() {
    GroupQueue.Group<Waiting<I, O>> group = nextGroup();
    if (group.isEmpty()) {
      return;
    }
    try {
      commit(group.items());
      committed.accept(group.weight());
    } catch (RuntimeException e) {
      LOG.errorf(
          e,
          "Failed to record the size of a commit; continuing without it: kind=%s",
          settings.name());
    } finally {
      leave(group);
      // One group per task, so that groups of other kinds get their turn on the same threads. In
      // all cases, because a writer that ended here would still count, and all later items would
      // wait.
      startWriter();
    }
  }

  private synchronized GroupQueue.Group<Waiting<I, O>> nextGroup() {
    GroupQueue.Group<Waiting<I, O>> group =
        isLastWriter() ? queue.nextSmallGroup() : queue.nextGroup();
    if (group.isEmpty()) {
      // What waits, if anything, is for the writers of large groups.
      writing--;
    }
    writingLarge += group.isLarge() ? 1 : 0;
    return group;
  }

  /** Returns true if all other writers commit large groups. */
  private boolean isLastWriter() {
    return settings.writers() > 1 && writingLarge == settings.writers() - 1;
  }

  private synchronized void leave(GroupQueue.Group<Waiting<I, O>> group) {
    writingLarge -= group.isLarge() ? 1 : 0;
  }

  private void commit(List<Waiting<I, O>> group) {
    RuntimeException failure = tryCommit(group);
    if (failure != null) {
      commitParts(group, failure);
    }
  }

  /** Returns the failure after which parts of the group may still be committed; null if none. */
  private RuntimeException tryCommit(List<Waiting<I, O>> group) {
    List<O> outcomes;
    try {
      outcomes = work.commit(group.stream().map(Waiting::item).toList());
    } catch (RuntimeException e) {
      return e;
    } catch (Error e) {
      // Passed to the callers: thrown from here, it would end this writer, and all later items
      // would wait.
      failAll(group, e);
      return null;
    }
    if (outcomes.size() != group.size()) {
      failAll(
          group,
          new IllegalStateException(outcomes.size() + " outcomes of " + group.size() + " items"));
      return null;
    }
    for (int i = 0; i < group.size(); i++) {
      group.get(i).outcome().complete(outcomes.get(i));
    }
    return null;
  }

  private void commitParts(List<Waiting<I, O>> group, RuntimeException first) {
    Deque<List<Waiting<I, O>>> parts = new ArrayDeque<>();
    BusyCount busy = new BusyCount();
    if (isOutage(first)) {
      giveUp(group, parts, busy, first);
      return;
    }
    split(group, first, isConflict(first), parts);
    busy.count(first);
    for (List<Waiting<I, O>> part = parts.poll(); part != null; part = parts.poll()) {
      RuntimeException failure = busy.hasAny() ? tryBriefly(part) : tryCommit(part);
      busy.count(failure);
      if (busy.isTooMuch() || isOutage(failure)) {
        giveUp(part, parts, busy, failure);
        return;
      }
      if (failure != null) {
        split(part, failure, false, parts);
      }
    }
  }

  private RuntimeException tryBriefly(List<Waiting<I, O>> part) {
    return LockWait.brief(() -> tryCommit(part));
  }

  /**
   * Fails the rest of a group, and waiting items that would fail as well.
   *
   * @param part the part that has failed
   * @param others parts that are not in doubt: not sent, or rolled back before
   */
  private void giveUp(
      List<Waiting<I, O>> part,
      Deque<List<Waiting<I, O>>> others,
      BusyCount busy,
      RuntimeException failure) {
    failAll(part, failure);
    RuntimeException unsent = failure instanceof DatabaseException e ? e.ofUnsent() : failure;
    others.forEach(other -> failAll(other, unsent));
    if (busy.isOfAll() || isOutage(failure)) {
      long now = ticker.nanos();
      failWaiting(waiting -> now - waiting.since() >= MIN_WAIT_TO_FAIL.toNanos(), unsent);
    }
  }

  private void failWaiting(Predicate<Waiting<I, O>> condition, RuntimeException failure) {
    List<Waiting<I, O>> waiting;
    synchronized (this) {
      waiting = queue.removeIf(condition);
    }
    failAll(waiting, failure);
  }

  /**
   * Adds the halves of a part. Halves of a part that met a lock come last, so that other parts do
   * not wait for them. Otherwise the order stays.
   *
   * @param again whether an item that is alone is tried once more
   */
  private void split(
      List<Waiting<I, O>> part,
      RuntimeException failure,
      boolean again,
      Deque<List<Waiting<I, O>>> parts) {
    if (part.size() == 1) {
      if (again) {
        parts.addFirst(part);
      } else {
        failAll(part, failure);
        Object same = part.get(0).key();
        if (same != null && isBusy(failure)) {
          failWaiting(waiting -> same.equals(waiting.key()), failure);
        }
      }
      return;
    }
    List<Waiting<I, O>> left = part.subList(0, part.size() / 2);
    List<Waiting<I, O>> right = part.subList(part.size() / 2, part.size());
    if (isBusy(failure)) {
      parts.addLast(left);
      parts.addLast(right);
    } else {
      parts.addFirst(right);
      parts.addFirst(left);
    }
  }

  /** Counts the failures of one group because of locks. */
  private static final class BusyCount {
    private int all;
    private int inARow;

    /**
     * Counts a commit.
     *
     * @param failure null if there was none
     */
    void count(RuntimeException failure) {
      boolean failed = isBusy(failure);
      all += failed ? 1 : 0;
      inARow = failed ? inARow + 1 : 0;
    }

    boolean hasAny() {
      return all > 0;
    }

    /** Returns true if the rest of the group must not be tried. */
    boolean isTooMuch() {
      return all >= MAX_BUSY || isOfAll();
    }

    /** Returns true if the lock concerns other groups as well. */
    boolean isOfAll() {
      return inARow >= MAX_BUSY_IN_A_ROW;
    }
  }

  private static boolean isBusy(RuntimeException failure) {
    return failure instanceof DatabaseException e && e.isBusy();
  }

  private static boolean isOutage(RuntimeException failure) {
    return failure instanceof DatabaseException e && (e.isOutage() || e.isExhausted());
  }

  private static boolean isConflict(RuntimeException failure) {
    return failure instanceof DatabaseException e && e.isConflict();
  }

  private void failAll(List<Waiting<I, O>> group, Throwable e) {
    group.forEach(waiting -> waiting.outcome().completeExceptionally(e));
  }
}
