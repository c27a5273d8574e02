package dev.orrery.scheduler.engine.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for polls of workers. */
@ConfigMapping(prefix = "orrery.poll")
public interface PollConfig {
  /** The limit of every poll, whatever its worker requests. */
  Duration LONGEST = Duration.ofMinutes(2);

  /**
   * Time for which a poll is parked when there is no work, at most 2 minutes. Sessions are renewed
   * in the meantime, so it may exceed the lease. Keep it below the idle time-out of proxies between
   * worker and scheduler.
   */
  @WithDefault("25s")
  Duration timeout();
}
