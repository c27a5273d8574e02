package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.model.job.document.FireRule;
import dev.orrery.trigger.Jitter;
import dev.orrery.trigger.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The decision about a due trigger. This is a pure rule.
 *
 * @param fires in the order of their fire times
 * @param cancelsActive whether instances that were active before must be canceled
 * @param nextFireAt the next fire time; null if there is none, or if the end of the instance sets
 *     it
 */
record FireDecision(List<Fire> fires, boolean cancelsActive, Instant nextFireAt) {

  /**
   * First decides which missed fires are caught up, then for each fire whether it overlaps.
   *
   * @param active the active instances of the job, of any origin
   * @param now the database's clock
   */
  static FireDecision of(DueTrigger due, ActiveInstanceCount active, Instant now) {
    FireRule rule = due.job().rule();
    Trigger trigger = rule.trigger();
    DueFireTimes times = times(due, trigger, now);
    MisfireRule misfire = MisfireRule.of(times, rule.misfire(), now.minus(rule.catchUpWindow()));

    List<Fire> fires = new ArrayList<>();
    if (misfire.restCount() > 0) {
      fires.add(new Fire.Missed(misfire.restLatest(), misfire.restCount()));
    }
    List<Instant> candidates = new ArrayList<>(misfire.caughtUp());
    candidates.addAll(times.due());
    OverlapRule overlap =
        new OverlapRule(
            rule.overlap(),
            active,
            at -> at.plus(Jitter.of(due.job().jobId(), at, trigger.jitter())));
    for (int i = 0; i < candidates.size(); i++) {
      overlap.add(candidates.get(i), i == candidates.size() - 1);
    }
    fires.addAll(overlap.fires());
    return new FireDecision(fires, overlap.cancelsActive(), next(due, times, overlap, now));
  }

  private static DueFireTimes times(DueTrigger due, Trigger trigger, Instant now) {
    Instant missedBefore = MisfireRule.missedBefore(now);
    if (trigger instanceof Trigger.Every rate) {
      return DueFireTimes.ofRate(now, missedBefore, due.nextFireAt(), rate, due.anchorAt());
    }
    if (trigger instanceof Trigger.Counted counted) {
      return DueFireTimes.ofCounted(now, missedBefore, due.nextFireAt(), counted);
    }
    // A fixed delay has no second fire time before its instance has ended.
    boolean fixedDelay = trigger instanceof Trigger.Delay;
    return DueFireTimes.upTo(
        now,
        missedBefore,
        due.nextFireAt(),
        at -> fixedDelay ? Optional.empty() : trigger.next(at, due.anchorAt()));
  }

  private static Instant next(
      DueTrigger due, DueFireTimes times, OverlapRule overlap, Instant now) {
    if (!(due.job().rule().trigger() instanceof Trigger.Delay delay)) {
      return times.next();
    }
    return overlap.started() ? null : delay.next(now, due.anchorAt()).orElse(null);
  }
}
