package dev.orrery.scheduler.completion;

import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.instance.Fence;
import java.time.Duration;
import java.util.Set;

/**
 * Hints and metrics to publish after the transaction of a completed batch has committed.
 *
 * @param settled the attempts that were there; all others were not, and nothing was changed
 * @param readyLanes lanes in which instances became ready
 * @param limitedJobs jobs of which others may be unblocked now
 * @param nextDueIn the shortest time after which something becomes due; null if nothing does
 * @param counted counts what has ended
 */
public record AfterCommit(
    Set<Fence> settled,
    Set<Integer> readyLanes,
    Set<Long> limitedJobs,
    Duration nextDueIn,
    Runnable counted) {

  public static final AfterCommit NOTHING =
      new AfterCommit(Set.of(), Set.of(), Set.of(), null, () -> {});

  /** To be called after the commit. */
  public void tell(HintBus hints) {
    counted.run();
    hints.lanesReady(readyLanes);
    hints.unblock(limitedJobs);
    if (nextDueIn != null) {
      hints.dueIn(nextDueIn);
    }
  }
}
