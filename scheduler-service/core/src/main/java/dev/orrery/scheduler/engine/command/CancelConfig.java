package dev.orrery.scheduler.engine.command;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for canceling running attempts. */
@ConfigMapping(prefix = "orrery.cancel")
public interface CancelConfig {

  /**
   * Time that a worker has to end a canceled attempt. After it the scheduler ends the attempt and
   * ignores later reports of it.
   */
  @WithDefault("30s")
  Duration gracePeriod();
}
