package dev.orrery.scheduler.engine.completion;

import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.model.instance.Fence;
import java.time.Duration;
import java.util.Set;

/**
 * Hints and metrics to publish after the transaction of a completed batch has committed.
 *
 * @param completed the attempts that this batch completed
 * @param readyLanes lanes in which instances became ready
 * @param limitedJobs jobs whose blocked instances may be unblocked now
 * @param parents parents whose parts or nodes have ended
 * @param nextDueIn the shortest time until an instance or a trigger becomes due; null if none does
 * @param counted counts the ended instances
 */
public record AfterCommit(
    Set<Fence> completed,
    Set<Integer> readyLanes,
    Set<Long> limitedJobs,
    Set<Long> parents,
    Duration nextDueIn,
    Runnable counted) {

  public static final AfterCommit NOTHING =
      new AfterCommit(Set.of(), Set.of(), Set.of(), Set.of(), null, () -> {});

  /** Publishes the hints and counts the ends; must be called after the commit. */
  public void publish(HintBus hints) {
    counted.run();
    hints.lanesReady(readyLanes);
    hints.unblock(limitedJobs);
    hints.childrenEnded(parents);
    if (nextDueIn != null) {
      hints.dueIn(nextDueIn);
    }
  }
}
