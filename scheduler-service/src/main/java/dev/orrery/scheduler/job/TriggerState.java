package dev.orrery.scheduler.job;

import dev.orrery.scheduler.job.document.TriggerDocument;
import dev.orrery.scheduler.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A row of the table {@code trigger}; all instants count by the database's clock.
 *
 * @param nextFireAt null where there is none (disabled, paused, over), or none yet (fixed delay)
 * @param anchorAt what a fixed rate counts its periods from
 * @param until null where it is open
 * @param delay of a fixed delay; null for other triggers
 */
public record TriggerState(Instant nextFireAt, Instant anchorAt, Instant until, Duration delay) {

  /**
   * The state of a trigger that was just written.
   *
   * @param fires false where the job is disabled or paused: then there is no next fire
   * @param now when it was written
   */
  static TriggerState written(TriggerDocument document, boolean fires, Instant now) {
    Trigger trigger = document.toTrigger();
    return new TriggerState(
        fires ? trigger.first(now).orElse(null) : null,
        trigger.firstAnchor(now),
        document.until(),
        document.delay());
  }

  /**
   * The state after an edit: a fixed rate keeps its anchor unless its period or start changes, and
   * a fixed delay whose own run is active waits for that run's end.
   *
   * @param fires false where the job is disabled or paused: then there is no next fire
   * @param now when it was written
   */
  TriggerState edited(
      TriggerDocument before,
      TriggerDocument after,
      boolean fires,
      boolean ownRunActive,
      Instant now) {
    TriggerState fresh = written(after, fires, now);
    if (after.delay() != null && ownRunActive) {
      return fresh.with(null, fresh.anchorAt);
    }
    boolean sameRate =
        after.every() != null
            && after.every().equals(before.every())
            && Objects.equals(after.from(), before.from());
    if (!sameRate) {
      return fresh;
    }
    return fresh.with(fires ? after.toTrigger().next(now, anchorAt).orElse(null) : null, anchorAt);
  }

  private TriggerState with(Instant next, Instant anchor) {
    return new TriggerState(next, anchor, until, delay);
  }
}
