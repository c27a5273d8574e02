package dev.orrery.scheduler.model.job.document;

import dev.orrery.trigger.Trigger;
import java.time.Duration;

/**
 * When a job fires, and what a fire does. The rest of the document is not needed to fire.
 *
 * @param trigger the meaning of {@code written}
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
