package dev.orrery.scheduler.engine.worker;

import java.time.Duration;

/** The default settings of sessions. */
public final class LeaseOf30Seconds implements SessionConfig {
  @Override
  public Duration lease() {
    return Duration.ofSeconds(30);
  }

  @Override
  public Duration renewInterval() {
    return Duration.ofSeconds(10);
  }
}
