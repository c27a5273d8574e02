package dev.orrery.scheduler.commit;

import dev.orrery.scheduler.lifecycle.UnwatchedParts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Groups that nobody scrapes. */
public final class UnwatchedGroups {
  private UnwatchedGroups() {}

  public static CommitMetrics metrics() {
    return new CommitMetrics(new SimpleMeterRegistry(), UnwatchedParts.watch());
  }
}
