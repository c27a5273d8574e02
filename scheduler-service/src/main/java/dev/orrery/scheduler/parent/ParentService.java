package dev.orrery.scheduler.parent;

import dev.orrery.scheduler.command.BulkCancellation;
import dev.orrery.scheduler.command.BulkCancellation.Canceled;
import dev.orrery.scheduler.completion.InstanceMetrics;
import dev.orrery.scheduler.database.BackgroundTask;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.instance.EndReason;
import dev.orrery.scheduler.lifecycle.ProgressWatch;
import dev.orrery.scheduler.parent.ParentLook.LookResult;
import dev.orrery.scheduler.time.LogInterval;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * Decides when parents start and are looked at: after a hint, and in a periodic check, in case a
 * hint was lost with its process.
 */
@ApplicationScoped
public class ParentService {
  private static final Logger LOG = Logger.getLogger(ParentService.class);
  private static final long BEFORE_THE_FIRST = -1;

  private static final BackgroundTask.Name CHECK =
      new BackgroundTask.Name("Check of parents", "check_parents");

  private final EngineDatabase database;
  private final EngineExecutor executor;
  private final ParentStarter starter;
  private final ParentLook look;
  private final BulkCancellation cancellation;
  private final HintBus hints;
  private final InstanceMetrics metrics;
  private final BackgroundTask check;
  private final LogInterval failures;

  /** Parents to look at, in the order of the requests. */
  private final Set<Long> queued = new LinkedHashSet<>();

  private boolean startRequested;
  private boolean lanesRequested;
  private boolean busy;

  /** A cache: the check starts the parents of lanes that it lacks. */
  private volatile Set<Integer> parentLanes = Set.of();

  private volatile boolean lanesKnown;

  /** The parent that the running check looked at last; confined to its task. */
  private long checkedUpTo = BEFORE_THE_FIRST;

  private boolean checkHasStarted;

  ParentService(
      EngineDatabase database,
      EngineExecutor executor,
      ParentStarter starter,
      ParentLook look,
      BulkCancellation cancellation,
      HintBus hints,
      InstanceMetrics metrics,
      ProgressWatch watch,
      Ticker ticker) {
    this.database = database;
    this.executor = executor;
    this.starter = starter;
    this.look = look;
    this.cancellation = cancellation;
    this.hints = hints;
    this.metrics = metrics;
    this.failures = new LogInterval(ticker);
    this.check = new BackgroundTask(CHECK, executor, watch, ticker, this::checkNext);
    hints.listen(this::onHint);
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.ChildrenEnded ended) {
      request(ended.parents(), false, false);
    } else if (hint instanceof Hint.LanesReady ready) {
      Set<Integer> known = parentLanes;
      if (!known.isEmpty() && ready.lanes().stream().anyMatch(known::contains)) {
        request(Set.of(), true, false);
      }
    } else if (hint instanceof Hint.JobsChanged || hint instanceof Hint.Resync) {
      request(Set.of(), true, true);
    }
  }

  private synchronized void request(Collection<Long> parents, boolean start, boolean lanes) {
    queued.addAll(parents);
    startRequested |= start;
    lanesRequested |= lanes;
    if (busy) {
      return;
    }
    try {
      executor.execute(this::work);
      busy = true;
    } catch (RejectedExecutionException e) {
      LOG.debugf("Skipped parents because the service is stopping: parents=%s", queued);
    }
  }

  /** The work of one turn. */
  private record Turn(boolean readsLanes, boolean starts, List<Long> parents) {
    private boolean isEmpty() {
      return !readsLanes && !starts && parents.isEmpty();
    }
  }

  private synchronized Turn take() {
    List<Long> parents = queued.stream().limit(ParentLimits.LOOKED_AT_ONCE).toList();
    parents.forEach(queued::remove);
    Turn turn = new Turn(lanesRequested, startRequested, parents);
    lanesRequested = false;
    startRequested = false;
    busy = !turn.isEmpty();
    return turn;
  }

  private void work() {
    for (Turn turn = take(); !turn.isEmpty(); turn = take()) {
      try {
        work(turn);
      } catch (DatabaseException e) {
        if (failures.isDue()) {
          LOG.warnf(
              "Failed to look at instances with parts or nodes; the periodic check retries: %s",
              e.getMessage());
        }
      } catch (RuntimeException e) {
        LOG.error("Failed to look at instances with parts or nodes; the periodic check retries", e);
      }
    }
  }

  private void work(Turn turn) {
    if (turn.readsLanes()) {
      readLanes();
    }
    if (turn.starts() && !parentLanes.isEmpty()) {
      start();
    }
    if (!turn.parents().isEmpty()) {
      lookAt(turn.parents(), false);
    }
  }

  private void readLanes() {
    parentLanes = Set.copyOf(database.autocommit(ParentStore::lanes));
    lanesKnown = true;
  }

  /** Starts one batch, and requests the next one if there may be more; blocks. */
  private boolean start() {
    List<Long> started = starter.start();
    boolean more = started.size() == ParentLimits.STARTED_AT_ONCE;
    if (!started.isEmpty()) {
      request(started, more, false);
    }
    return more;
  }

  private void lookAt(Collection<Long> parents, boolean countsFailures) {
    LookResult result;
    synchronized (look) {
      result = look.look(parents, countsFailures);
    }
    result.ended().forEach(metrics::ended);
    hints.lanesBecameReady(result.readyLanes());
    hints.unblock(result.limitedJobs());
    if (result.nextFireIn() != null) {
      hints.dueIn(result.nextFireIn());
    }
    result.stopping().forEach(this::cancelParts);
    hints.childrenEnded(result.outer());
    if (!result.unfinished().isEmpty()) {
      request(result.unfinished(), false, false);
    }
  }

  /** Cancels the parts in steps, without the lock of their parent. */
  private void cancelParts(long parent, EndReason reason) {
    int found;
    do {
      List<Long> parts =
          database.autocommit(
              connection ->
                  ParentStore.stoppableParts(connection, parent, ParentLimits.CANCELED_AT_ONCE));
      found = parts.size();
      if (found > 0) {
        Canceled canceled =
            database.transaction(
                connection ->
                    cancellation.cancelThose(connection, parts, BulkCancellation.ACTIVE, reason));
        canceled.afterCommit().run();
      }
    } while (found == ParentLimits.CANCELED_AT_ONCE);
  }

  /**
   * Starts a check of all parents on a thread of the engine.
   *
   * @param any whether a parent is ready or awaits its parts
   * @throws RuntimeException the failure of the previous check, unless it was an outage
   */
  public void checkAll(boolean any) {
    if (!lanesKnown) {
      request(Set.of(), true, true);
    }
    if (any && !check.isActive()) {
      check.request();
    }
  }

  /** Does one step of the check; returns true if more is left. */
  private boolean checkNext() {
    if (!checkHasStarted) {
      readLanes();
      checkHasStarted = !start();
      return true;
    }
    List<Long> parents =
        database.autocommit(
            connection ->
                ParentStore.awaitingAfter(connection, checkedUpTo, ParentLimits.LOOKED_AT_ONCE));
    if (parents.isEmpty()) {
      checkedUpTo = BEFORE_THE_FIRST;
      checkHasStarted = false;
      return false;
    }
    // Moves on first, so that parents that fail do not stop the check of the others.
    checkedUpTo = parents.get(parents.size() - 1);
    lookAt(parents, true);
    return true;
  }
}
