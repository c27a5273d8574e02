package dev.orrery.scheduler.logs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Logs that are followed while they are written. */
@ConfigMapping(prefix = "orrery.logs")
public interface LogConfig {

  /** How many may follow logs at this replica at once; more are answered 429. */
  @WithDefault("200")
  int maxFollowers();

  /**
   * How long one connection follows; then it ends, and clients continue on a new one from where
   * they are. So long, too, a follower may read on with a token that has been revoked.
   */
  @WithDefault("15m")
  Duration maxFollowDuration();
}
