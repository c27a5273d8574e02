package dev.orrery.scheduler.command;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for canceling running attempts. */
@ConfigMapping(prefix = "orrery.cancel")
public interface CancelConfig {

  /**
   * How long a worker may take to end an attempt that is to be canceled; after that the scheduler
   * ends it, and whatever the worker still reports counts no more.
   */
  @WithDefault("30s")
  Duration gracePeriod();
}
