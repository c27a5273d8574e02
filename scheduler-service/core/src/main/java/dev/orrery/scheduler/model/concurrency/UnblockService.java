package dev.orrery.scheduler.model.concurrency;

import dev.orrery.scheduler.base.database.BackgroundTask;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.HintedTask;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.model.concurrency.UnblockStore.Unblocked;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes blocked instances ready as soon as they may run. */
@ApplicationScoped
public class UnblockService {
  /** The maximum number of jobs that are locked together. */
  private static final int JOB_BATCH_SIZE = 200;

  private static final BackgroundTask.Name CHECK =
      new BackgroundTask.Name("Check of blocked instances", "check_blocked");

  private final EngineDatabase database;
  private final HintBus hints;
  private final UnblockMetrics metrics;
  private final HintedTask task;
  private final BackgroundTask check;

  /** In request order, so that jobs with small ids are not always first. */
  private final Set<Long> queued = new LinkedHashSet<>();

  /** Jobs that the running check still has to process; confined to its task. */
  private final Set<Long> unchecked = new LinkedHashSet<>();

  private Set<Long> inProgress = Set.of();

  /** The number of instances that the last check unblocked, by job. */
  private final Map<Long, Integer> unblockedByCheck = new HashMap<>();

  /** Jobs that hints have named since the last check began, or whose hints were pending then. */
  private final Set<Long> hinted = new HashSet<>();

  UnblockService(
      EngineDatabase database,
      EngineExecutor executor,
      HintBus hints,
      UnblockMetrics metrics,
      ProgressWatch watch,
      Ticker ticker) {
    this.database = database;
    this.hints = hints;
    this.metrics = metrics;
    this.task = new HintedTask("unblock instances", executor, ticker, this::unblockQueued);
    this.check = new BackgroundTask(CHECK, executor, watch, ticker, this::checkNext);
    hints.listen(this::onHint);
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.Unblock unblocked) {
      enqueue(unblocked.jobs());
    }
  }

  private void enqueue(Collection<Long> jobs) {
    synchronized (this) {
      queued.addAll(jobs);
      hinted.addAll(jobs);
    }
    task.request();
  }

  private synchronized List<Long> drain() {
    List<Long> taken = takeFirst(queued);
    inProgress = Set.copyOf(taken);
    return taken;
  }

  private synchronized void finish(Collection<Long> left) {
    queued.addAll(left);
    inProgress = Set.of();
    if (!queued.isEmpty()) {
      task.request();
    }
  }

  private static List<Long> takeFirst(Set<Long> jobs) {
    List<Long> taken = jobs.stream().limit(JOB_BATCH_SIZE).toList();
    taken.forEach(jobs::remove);
    return taken;
  }

  private void unblockQueued() {
    List<Long> jobs = drain();
    List<Long> left = List.of();
    try {
      if (!jobs.isEmpty()) {
        left = left(jobs, unblock(jobs));
      }
    } finally {
      finish(left);
    }
  }

  /** Unblocks instances of these jobs, at most {@link UnblockStore#BATCH_SIZE}; blocks. */
  private List<Unblocked> unblock(Collection<Long> jobs) {
    UnblockStore.Result result =
        database.transaction(
            connection -> {
              UnblockStore.lock(connection, jobs);
              UnblockStore.endQueueing(connection, jobs);
              return UnblockStore.unblock(connection, jobs);
            });
    metrics.unblocked(result.unblocked().size());
    publishHints(result);
    return result.unblocked();
  }

  /**
   * Returns the jobs that may have more blocked instances. Jobs that the full statement did not
   * reach come first.
   */
  private static List<Long> left(List<Long> jobs, List<Unblocked> unblocked) {
    if (unblocked.size() < UnblockStore.BATCH_SIZE) {
      return List.of();
    }
    Set<Long> reached = unblocked.stream().map(Unblocked::jobId).collect(Collectors.toSet());
    return jobs.stream().sorted(Comparator.comparing(reached::contains)).toList();
  }

  /**
   * Starts a check of all blocked instances on a thread of the engine, in case a hint was lost with
   * its process. The check may precede the hint of a row that it sees, so only the next check
   * counts the instances whose hint never came. If a job fails, the check continues with the next
   * jobs.
   *
   * @param anyBlocked whether any instance is blocked
   * @throws RuntimeException the failure of the previous check, unless it was an outage
   */
  public void checkAll(boolean anyBlocked) {
    if (check.isActive()) {
      return;
    }
    metrics.unblockedLate(takeUnblockedLate());
    if (anyBlocked) {
      check.request();
    }
  }

  /** Unblocks one batch of jobs; returns true if jobs are left. */
  private boolean checkNext() {
    if (unchecked.isEmpty()) {
      unchecked.addAll(database.autocommit(UnblockStore::jobsWithBlocked));
    }
    List<Long> jobs = takeFirst(unchecked);
    if (jobs.isEmpty()) {
      return false;
    }
    try {
      List<Unblocked> unblocked = unblock(jobs);
      rememberUnblocked(unblocked);
      unchecked.addAll(left(jobs, unblocked));
    } catch (RuntimeException e) {
      check.report(e);
      if (e instanceof DatabaseException outage && outage.isOutage()) {
        unchecked.clear();
      }
    }
    return !unchecked.isEmpty();
  }

  /**
   * Returns the number of instances that the last check unblocked without a hint, and resets it.
   */
  private synchronized int takeUnblockedLate() {
    unblockedByCheck.keySet().removeAll(hinted);
    int late = unblockedByCheck.values().stream().mapToInt(Integer::intValue).sum();
    unblockedByCheck.clear();
    hinted.clear();
    hinted.addAll(queued);
    hinted.addAll(inProgress);
    return late;
  }

  private synchronized void rememberUnblocked(List<Unblocked> unblocked) {
    unblocked.forEach(instance -> unblockedByCheck.merge(instance.jobId(), 1, Integer::sum));
  }

  private void publishHints(UnblockStore.Result result) {
    List<Unblocked> unblocked = result.unblocked();
    Set<Integer> lanes = new HashSet<>(result.skippedLanes());
    unblocked.stream().filter(Unblocked::ready).forEach(instance -> lanes.add(instance.laneId()));
    hints.lanesReady(lanes);
    unblocked.stream()
        .filter(instance -> !instance.ready())
        .map(Unblocked::dueIn)
        .min(Duration::compareTo)
        .ifPresent(hints::dueIn);
  }
}
