package dev.orrery.scheduler.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for polls of workers. */
@ConfigMapping(prefix = "orrery.poll")
public interface PollConfig {

  /**
   * How long a poll is parked when there is no work. Renewal goes on beside it, so it may exceed
   * the lease; keep it below the idle time-out of proxies on the way.
   */
  @WithDefault("25s")
  Duration timeout();
}
