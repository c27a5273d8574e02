package dev.orrery.scheduler.concurrency;

import dev.orrery.scheduler.concurrency.UnblockStore.Unblocked;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Makes blocked instances ready as soon as they may run. */
@ApplicationScoped
public class BlockedInstanceService {
  private static final Logger LOG = Logger.getLogger(BlockedInstanceService.class);

  /** At most this many jobs are locked together. */
  private static final int JOBS_AT_ONCE = 200;

  private final EngineDatabase database;
  private final EngineExecutor executor;
  private final HintBus hints;
  private final UnblockMetrics metrics;
  private final Set<Long> asked = new TreeSet<>();
  private Set<Long> inProgress = Set.of();
  private boolean busy;

  /** How many instances the last check unblocked, by job. */
  private final Map<Long, Integer> unblockedByCheck = new HashMap<>();

  /** Jobs that hints have named since the last check began, or whose hints were pending then. */
  private final Set<Long> hinted = new HashSet<>();

  BlockedInstanceService(
      EngineDatabase database, EngineExecutor executor, HintBus hints, UnblockMetrics metrics) {
    this.database = database;
    this.executor = executor;
    this.hints = hints;
    this.metrics = metrics;
    hints.listen(this::onHint);
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.Unblock unblocked) {
      ask(unblocked.jobs());
    }
  }

  /** One run at a time; jobs that are named in the meantime are in the next one. */
  private synchronized void ask(Collection<Long> jobs) {
    asked.addAll(jobs);
    hinted.addAll(jobs);
    if (busy) {
      return;
    }
    try {
      executor.execute(this::unblockAsked);
      busy = true;
    } catch (RejectedExecutionException e) {
      LOG.debugf("Unblocking skipped, the service stops: jobs=%s", asked);
    }
  }

  private synchronized List<Long> takeAsked() {
    List<Long> taken = asked.stream().limit(JOBS_AT_ONCE).toList();
    inProgress = Set.copyOf(taken);
    asked.removeAll(inProgress);
    busy = !taken.isEmpty();
    return taken;
  }

  private void unblockAsked() {
    for (List<Long> jobs = takeAsked(); !jobs.isEmpty(); jobs = takeAsked()) {
      try {
        unblock(jobs);
      } catch (DatabaseException e) {
        LOG.warnf("Unblocking failed, the periodic check will retry: %s", e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("Unblocking failed, the periodic check will retry", e);
      }
    }
  }

  /** Unblocks the instances of these jobs that may run; blocks. */
  private void unblock(Collection<Long> jobs) {
    unblock(jobs, unblocked -> {});
  }

  private void unblock(Collection<Long> jobs, Consumer<List<Unblocked>> listener) {
    List<Unblocked> unblocked;
    do {
      unblocked =
          database.transaction(
              connection -> {
                UnblockStore.lock(connection, jobs);
                UnblockStore.endQueueing(connection, jobs);
                return UnblockStore.unblock(connection, jobs);
              });
      metrics.unblocked(unblocked.size());
      listener.accept(unblocked);
      publishHints(unblocked);
    } while (unblocked.size() >= UnblockStore.AT_ONCE);
  }

  /**
   * Checks all blocked instances, in case a hint was lost with its process; blocks. A check can see
   * rows that were committed just before their hint, so the next check counts which of them had
   * none. Jobs that fail do not keep those behind them from being checked.
   *
   * @param anyBlocked whether any instance is blocked
   */
  public void checkAll(boolean anyBlocked) {
    metrics.unblockedLate(takeUnblockedLate());
    if (!anyBlocked) {
      return;
    }
    List<Long> jobs = database.autocommit(UnblockStore::jobsWithBlocked);
    RuntimeException failure = null;
    for (int from = 0; from < jobs.size(); from += JOBS_AT_ONCE) {
      try {
        unblock(
            jobs.subList(from, Math.min(jobs.size(), from + JOBS_AT_ONCE)),
            this::rememberUnblocked);
      } catch (RuntimeException e) {
        if (e instanceof DatabaseException outage && outage.isOutage()) {
          throw e;
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Ends the last check and begins the next one. */
  private synchronized int takeUnblockedLate() {
    unblockedByCheck.keySet().removeAll(hinted);
    int late = unblockedByCheck.values().stream().mapToInt(Integer::intValue).sum();
    unblockedByCheck.clear();
    hinted.clear();
    hinted.addAll(asked);
    hinted.addAll(inProgress);
    return late;
  }

  private synchronized void rememberUnblocked(List<Unblocked> unblocked) {
    unblocked.forEach(one -> unblockedByCheck.merge(one.jobId(), 1, Integer::sum));
  }

  private void publishHints(List<Unblocked> unblocked) {
    Set<Integer> lanes = new HashSet<>();
    unblocked.stream().filter(Unblocked::ready).forEach(one -> lanes.add(one.laneId()));
    hints.lanesReady(lanes);
    unblocked.stream()
        .filter(one -> !one.ready())
        .map(Unblocked::dueIn)
        .min(Duration::compareTo)
        .ifPresent(hints::dueIn);
  }
}
