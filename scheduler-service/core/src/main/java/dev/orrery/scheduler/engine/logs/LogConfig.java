package dev.orrery.scheduler.engine.logs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for following logs. */
@ConfigMapping(prefix = "orrery.logs")
public interface LogConfig {

  /** Most clients that follow logs at this replica at once; further ones get 429. */
  @WithDefault("200")
  int maxFollowers();

  /**
   * Most of them with tokens of one app; the admin counts as an app of its own. At most {@code
   * orrery.logs.max-followers}.
   */
  @WithDefault("50")
  int maxFollowersPerApp();

  /**
   * Longest time of one connection. After it, clients continue where they stopped on a new
   * connection.
   */
  @WithDefault("15m")
  Duration maxFollowDuration();
}
