package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.BackgroundTask;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.HintedTask;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.completion.InstanceMetrics;
import dev.orrery.scheduler.flow.ParentStarter.Started;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Starts parents and reconciles them, after a hint and in a periodic check: a crash loses hints.
 */
@ApplicationScoped
public class ParentService {
  private static final Logger LOG = Logger.getLogger(ParentService.class);

  private static final BackgroundTask.Name CHECK =
      new BackgroundTask.Name("Check of parents", "check_parents");

  private final EngineDatabase database;
  private final ParentStarter starter;
  private final ParentReconciler reconciler;
  private final PartCancellation stops;
  private final HintBus hints;
  private final InstanceMetrics metrics;
  private final HintedTask task;
  private final BackgroundTask check;

  private final ReconcileQueue queue = new ReconcileQueue();

  /** Fair, so that the check and the reconciliations after hints take turns. */
  private final ReentrantLock reconciling = new ReentrantLock(true);

  private boolean startRequested;
  private boolean lanesRequested;

  /**
   * A cache of the lanes of parents; the periodic check also starts parents of lanes that it lacks.
   */
  private volatile Set<Integer> parentLanes = Set.of();

  private volatile boolean lanesKnown;

  /** The parents that the running check has not reconciled yet; only its task uses them. */
  private final AwaitingPages unchecked = new AwaitingPages();

  /** True once the running check has reconciled all waiting parents; only the check uses it. */
  private boolean hasLooked;

  ParentService(
      EngineDatabase database,
      EngineExecutor executor,
      ParentStarter starter,
      ParentReconciler reconciler,
      PartCancellation stops,
      HintBus hints,
      InstanceMetrics metrics,
      ProgressWatch watch,
      Ticker ticker) {
    this.database = database;
    this.starter = starter;
    this.reconciler = reconciler;
    this.stops = stops;
    this.hints = hints;
    this.metrics = metrics;
    this.task = new HintedTask("advance parents", executor, ticker, this::work);
    this.check = new BackgroundTask(CHECK, executor, watch, ticker, this::checkNext);
    hints.listen(this::onHint);
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.ChildrenEnded ended) {
      requestLooks(ended.parents());
    } else if (hint instanceof Hint.LanesReady ready) {
      Set<Integer> known = parentLanes;
      if (!known.isEmpty() && ready.lanes().stream().anyMatch(known::contains)) {
        requestStart();
      }
    } else if (hint instanceof Hint.JobsChanged || hint instanceof Hint.Resync) {
      requestLanes();
    }
  }

  private void requestLooks(Collection<Long> parents) {
    queue.request(parents);
    task.request();
  }

  private void requestStart() {
    synchronized (this) {
      startRequested = true;
    }
    task.request();
  }

  /** Requests a turn that reads the lanes of parents, and starts the ready ones. */
  private void requestLanes() {
    synchronized (this) {
      lanesRequested = true;
    }
    requestStart();
  }

  private record Turn(boolean readsLanes, boolean starts) {}

  private synchronized Turn take() {
    Turn turn = new Turn(lanesRequested, startRequested);
    lanesRequested = false;
    startRequested = false;
    return turn;
  }

  /**
   * Does one step of each kind, so that no kind waits until another one is done. After a failure,
   * leaves the rest to the next request, so that it does not retry without a pause in an outage.
   */
  private void work() {
    Turn turn = take();
    try {
      if (turn.readsLanes()) {
        readLanes();
      }
      if (turn.starts() && !parentLanes.isEmpty()) {
        start();
      }
    } finally {
      reconcileNext();
      stops.cancelNext();
      requestNext();
    }
  }

  private void reconcileNext() {
    List<Long> unsorted = queue.unsorted();
    if (!unsorted.isEmpty()) {
      queue.sort(
          unsorted, database.autocommit(connection -> ParentStore.apps(connection, unsorted)));
    }
    reconcile(queue.take(), false);
  }

  private void requestNext() {
    if (!queue.isEmpty() || !stops.isEmpty()) {
      task.request();
    }
  }

  private void readLanes() {
    parentLanes = Set.copyOf(database.autocommit(ParentStartStore::lanes));
    lanesKnown = true;
  }

  /**
   * Starts one batch, and requests the next one if there may be more; returns true then. Blocks.
   */
  private boolean start() {
    Started started = starter.start();
    if (!started.parents().isEmpty()) {
      requestLooks(started.parents());
    }
    if (started.more()) {
      requestStart();
    }
    return started.more();
  }

  private void reconcile(List<Long> parents, boolean countsFailures) {
    if (parents.isEmpty()) {
      return;
    }
    IsolatedBatch.run(
        parents,
        some -> reconcileAtOnce(some, countsFailures),
        (parent, failure) ->
            LOG.errorf(
                failure,
                "Failed to advance a parent; the periodic check retries: instance=%d",
                parent));
  }

  private void reconcileAtOnce(List<Long> parents, boolean countsFailures) {
    ReconcileResult result;
    reconciling.lock();
    try {
      result = reconciler.reconcile(parents, countsFailures);
    } finally {
      reconciling.unlock();
    }
    result.ended().forEach(metrics::ended);
    hints.lanesBecameReady(result.readyLanes());
    hints.unblock(result.limitedJobs());
    if (result.nextFireIn() != null) {
      hints.dueIn(result.nextFireIn());
    }
    hints.childrenEnded(result.outer());
    stops.request(result.stopping());
    queue.requestAgain(result.unfinished());
    requestNext();
  }

  /**
   * Starts a check of all parents on a thread of the engine.
   *
   * @param any whether a parent is ready or awaits its parts
   * @throws RuntimeException the failure of the previous check, unless it was an outage
   */
  public void checkAll(boolean any) {
    if (!lanesKnown) {
      requestLanes();
    }
    if (any && !check.isActive()) {
      check.request();
    }
  }

  /** Does one step of the check; returns true if more is left. */
  private boolean checkNext() {
    if (!hasLooked) {
      List<Long> parents = unchecked.next(database);
      if (!parents.isEmpty()) {
        reconcile(parents.stream().filter(parent -> !queue.lacksRoom(parent)).toList(), true);
        return true;
      }
    }
    // Cleared first, so that a start that fails does not keep the next check from reconciling.
    hasLooked = false;
    readLanes();
    hasLooked = start();
    return hasLooked;
  }
}
