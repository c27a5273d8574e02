package dev.orrery.scheduler.slot;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.group.HotExecutor;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.Hints;
import dev.orrery.scheduler.slot.SlotStore.LetIn;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/** Makes blocked instances ready as soon as they may run. */
@ApplicationScoped
public class BlockedInstances {
  private static final Logger LOG = Logger.getLogger(BlockedInstances.class);

  /** The locks of so many slots are held together. */
  private static final int JOBS_AT_ONCE = 200;

  private final HotDatabase database;
  private final HotExecutor executor;
  private final Hints hints;
  private final SlotMetrics metrics;
  private final Set<Long> asked = new TreeSet<>();
  private boolean busy;

  BlockedInstances(HotDatabase database, HotExecutor executor, Hints hints, SlotMetrics metrics) {
    this.database = database;
    this.executor = executor;
    this.hints = hints;
    this.metrics = metrics;
    hints.listen(this::hear);
  }

  private void hear(Hint hint) {
    if (hint instanceof Hint.LetIn letIn) {
      ask(letIn.jobs());
    }
  }

  /** One run at a time; what is asked for meanwhile is the next one. */
  private synchronized void ask(Collection<Long> jobs) {
    asked.addAll(jobs);
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
    asked.removeAll(Set.copyOf(taken));
    busy = !taken.isEmpty();
    return taken;
  }

  private void letInAsked() {
    for (List<Long> jobs = takeAsked(); !jobs.isEmpty(); jobs = takeAsked()) {
      try {
        letIn(jobs);
      } catch (DatabaseException e) {
        LOG.warnf("Blocked instances could not be let in, the next look will: %s", e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("Blocked instances could not be let in; the next look will", e);
      }
    }
  }

  /**
   * Lets in whatever of these jobs may run; blocks.
   *
   * @return how many instances are not blocked any more
   */
  int letIn(Collection<Long> jobs) {
    int all = 0;
    int some;
    do {
      List<LetIn> letIn =
          database.transaction(
              connection -> {
                SlotStore.lock(connection, jobs);
                SlotStore.endQueueing(connection, jobs);
                return SlotStore.letIn(connection, jobs);
              });
      metrics.letIn(letIn.size());
      tell(letIn);
      some = letIn.size();
      all += some;
    } while (some >= SlotStore.AT_ONCE);
    return all;
  }

  /**
   * Looks at all that is blocked, in case that a hint was lost with the process that had it;
   * blocks.
   */
  public void letInForgotten() {
    List<Long> jobs = database.autocommit(SlotStore::jobsWithBlocked);
    int all = 0;
    for (int from = 0; from < jobs.size(); from += JOBS_AT_ONCE) {
      all += letIn(jobs.subList(from, Math.min(jobs.size(), from + JOBS_AT_ONCE)));
    }
    metrics.forgotten(all);
  }

  private void tell(List<LetIn> letIn) {
    Set<Integer> lanes = new HashSet<>();
    letIn.stream().filter(LetIn::ready).forEach(one -> lanes.add(one.laneId()));
    hints.lanesReady(lanes);
    letIn.stream()
        .filter(one -> !one.ready())
        .map(LetIn::dueIn)
        .min(Duration::compareTo)
        .ifPresent(hints::dueIn);
  }
}
