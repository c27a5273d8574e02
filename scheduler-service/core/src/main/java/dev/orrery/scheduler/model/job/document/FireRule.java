package dev.orrery.scheduler.model.job.document;

import dev.orrery.trigger.Trigger;
import java.time.Duration;

/**
 * The part of a job document that decides when a job fires and what a fire does.
 *
 * @param trigger the trigger that {@code written} describes
 * @param unreadable the reason why this release cannot read the rule; the rest is null then. Null
 *     if it is readable
 */
public record FireRule(
    TriggerDocument written,
    Trigger trigger,
    OverlapPolicy overlap,
    MisfirePolicy misfire,
    Duration catchUpWindow,
    String unreadable) {

  static FireRule unreadable(String reason) {
    return new FireRule(null, null, null, null, null, reason);
  }

  public boolean isReadable() {
    return unreadable == null;
  }
}
