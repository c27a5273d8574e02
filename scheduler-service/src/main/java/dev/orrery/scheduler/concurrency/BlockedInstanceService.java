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

  /** So many jobs are locked together. */
  private static final int JOBS_AT_ONCE = 200;

  private final EngineDatabase database;
  private final EngineExecutor executor;
  private final HintBus hints;
  private final UnblockMetrics metrics;
  private final Set<Long> asked = new TreeSet<>();
  private Set<Long> underWay = Set.of();
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
    hints.listen(this::hear);
  }

  private void hear(Hint hint) {
    if (hint instanceof Hint.Unblock unblocked) {
      ask(unblocked.jobs());
    }
  }

  /** One run at a time; what is asked for meanwhile is the next one. */
  private synchronized void ask(Collection<Long> jobs) {
    asked.addAll(jobs);
    hinted.addAll(jobs);
    if (busy) {
      return;
    }
    try {
      executor.execute(this::letInAsked);
      busy = true;
    } catch (RejectedExecutionException e) {
      LOG.debugf("The service stops; another replica, or the next start, lets in: %s", asked);
    }
  }

  private synchronized List<Long> takeAsked() {
    List<Long> taken = asked.stream().limit(JOBS_AT_ONCE).toList();
    underWay = Set.copyOf(taken);
    asked.removeAll(underWay);
    busy = !taken.isEmpty();
    return taken;
  }

  private void letInAsked() {
    for (List<Long> jobs = takeAsked(); !jobs.isEmpty(); jobs = takeAsked()) {
      try {
        unblock(jobs);
      } catch (DatabaseException e) {
        LOG.warnf(
            "Blocked instances could not be unblocked, the next look will: %s", e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("Blocked instances could not be unblocked; the next look will", e);
      }
    }
  }

  /** Lets in whatever of these jobs may run; blocks. */
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
      tell(unblocked);
    } while (unblocked.size() >= UnblockStore.AT_ONCE);
  }

  /**
   * Checks all blocked instances, in case a hint was lost with its process; blocks. A check can see
   * rows that were committed just before their hint, so the next check counts which of them had
   * none.
   *
   * @param anyBlocked whether any instance is blocked
   */
  public void look(boolean anyBlocked) {
    metrics.forgotten(forgottenUntilNow());
    if (!anyBlocked) {
      return;
    }
    List<Long> jobs = database.autocommit(UnblockStore::jobsWithBlocked);
    for (int from = 0; from < jobs.size(); from += JOBS_AT_ONCE) {
      unblock(
          jobs.subList(from, Math.min(jobs.size(), from + JOBS_AT_ONCE)), this::rememberUnblocked);
    }
  }

  /** Ends the last check and begins the next one. */
  private synchronized int forgottenUntilNow() {
    unblockedByCheck.keySet().removeAll(hinted);
    int forgotten = unblockedByCheck.values().stream().mapToInt(Integer::intValue).sum();
    unblockedByCheck.clear();
    hinted.clear();
    hinted.addAll(asked);
    hinted.addAll(underWay);
    return forgotten;
  }

  private synchronized void rememberUnblocked(List<Unblocked> unblocked) {
    unblocked.forEach(one -> unblockedByCheck.merge(one.jobId(), 1, Integer::sum));
  }

  private void tell(List<Unblocked> unblocked) {
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
