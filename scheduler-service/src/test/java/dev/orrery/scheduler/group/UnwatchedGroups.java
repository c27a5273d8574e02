package dev.orrery.scheduler.group;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Groups that nobody scrapes. */
public final class UnwatchedGroups {
  private UnwatchedGroups() {}

  public static GroupMetrics metrics() {
    return new GroupMetrics(new SimpleMeterRegistry());
  }
}
