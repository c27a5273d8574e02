package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.job.JobDocument;
import dev.orrery.scheduler.job.OverlapPolicy;
import dev.orrery.scheduler.trigger.Jitter;
import dev.orrery.scheduler.trigger.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done about a due trigger; a pure rule.
 *
 * @param fires in the order of their fire times
 * @param nextFireAt null where there is none, or where the end of the run sets it
 */
record FireDecision(List<Fire> fires, Instant nextFireAt) {

  /**
   * Decides: first which of the missed ones are made up for, then, one by one, what overlaps.
   *
   * @param active whether an instance of the job is active, whatever started it
   * @param now the database's clock
   */
  static FireDecision of(DueTrigger due, boolean active, Instant now) {
    JobDocument job = due.job().document();
    Trigger trigger = due.job().trigger();
    boolean fixedDelay = trigger instanceof Trigger.Delay;
    FireTimes times =
        FireTimes.upTo(
            now,
            due.nextFireAt(),
            // A fixed delay knows no second fire time before its run has ended.
            at -> fixedDelay ? Optional.empty() : trigger.next(at, due.anchorAt()));

    List<Fire> fires = new ArrayList<>();
    List<Instant> candidates = new ArrayList<>(times.due());
    if (times.missed() > 0) {
      boolean inWindow = !times.latestMissed().isBefore(now.minus(job.catchUpWindow()));
      if (inWindow) {
        candidates.add(0, times.latestMissed());
      }
      skipped(times, inWindow).ifPresent(fires::add);
    }
    boolean overlaps = active;
    boolean started = false;
    for (Instant at : candidates) {
      if (overlaps && job.overlap() == OverlapPolicy.SKIP) {
        fires.add(new Fire.Overlapped(at));
      } else {
        fires.add(new Fire.Start(at, at.plus(Jitter.of(due.job().jobId(), at, trigger.jitter()))));
        overlaps = true;
        started = true;
      }
    }
    if (fixedDelay) {
      Optional<Instant> afterNow = trigger.next(now, due.anchorAt());
      return new FireDecision(fires, started ? null : afterNow.orElse(null));
    }
    return new FireDecision(fires, times.next());
  }

  /** One row for all that is not made up for. */
  private static Optional<Fire> skipped(FireTimes times, boolean latestIsMadeUp) {
    if (!latestIsMadeUp) {
      return Optional.of(new Fire.Missed(times.latestMissed(), times.missed()));
    }
    return times.missed() == 1
        ? Optional.empty()
        : Optional.of(new Fire.Missed(times.missedBefore(), times.missed() - 1));
  }
}
