package dev.orrery.scheduler.lifecycle;

import dev.orrery.scheduler.time.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** A watch that no probe asks. */
public final class UnwatchedParts {
  private UnwatchedParts() {}

  public static ProgressWatch watch() {
    return new ProgressWatch(new SimpleMeterRegistry(), Ticker.SYSTEM);
  }
}
