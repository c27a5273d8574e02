package dev.orrery.scheduler.engine.submission;

import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.submission.BackfillStore.LockedTrigger;
import dev.orrery.trigger.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides which fire times of the past a backfill covers. This is a pure rule. */
final class BackfillRule {
  static final int MAX_FIRE_TIMES = 10_000;

  private BackfillRule() {}

  /**
   * Returns the fire times from one instant to another, both included, that the trigger has handled
   * already.
   *
   * @throws ProblemException {@code INVALID} if there are too many
   */
  static List<Instant> fireTimes(
      Trigger trigger, LockedTrigger locked, Instant from, Instant until) {
    List<Instant> fireTimes = new ArrayList<>();
    Optional<Instant> next = trigger.next(from.minusNanos(1), locked.anchorAt());
    while (next.isPresent() && !next.get().isAfter(until) && isDealtWith(next.get(), locked)) {
      fireTimes.add(next.get());
      if (fireTimes.size() > MAX_FIRE_TIMES) {
        throw ProblemException.invalid(
            "until",
            "From 'from' to 'until' there are more than "
                + MAX_FIRE_TIMES
                + " fire times; ask for them in parts.");
      }
      next = trigger.next(next.get(), locked.anchorAt());
    }
    return fireTimes;
  }

  private static boolean isDealtWith(Instant fireTime, LockedTrigger locked) {
    return locked.nextFireAt() == null || fireTime.isBefore(locked.nextFireAt());
  }
}
