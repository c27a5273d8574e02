package dev.orrery.scheduler.listener;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the service stops. */
@ConfigMapping(prefix = "orrery.shutdown")
public interface ShutdownConfig {

  /** How long requests that are under way may take to end when the service is told to stop. */
  @WithDefault("10s")
  Duration timeout();
}
