package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.model.job.document.TriggerDocument;
import dev.orrery.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A row of the table {@code trigger}. All instants are on the database's clock.
 *
 * @param nextFireAt null if there is none (disabled, paused, over), or none yet (fixed delay)
 * @param anchorAt the start of the periods of a fixed rate
 * @param until null if it is open
 * @param delay of a fixed delay; null for other triggers
 */
public record TriggerState(Instant nextFireAt, Instant anchorAt, Instant until, Duration delay) {

  /**
   * Returns the state of a new trigger.
   *
   * @param fires false if the job is disabled or paused: then there is no next fire
   * @param now the time of writing
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
   * Returns the state after an edit. A fixed rate keeps its anchor unless its period or start
   * changes. A fixed delay whose own instance is active waits for the end of that instance.
   *
   * @param fires false if the job is disabled or paused: then there is no next fire
   * @param now the time of writing
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
