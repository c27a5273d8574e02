package dev.orrery.scheduler.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for sessions: how long a worker may be silent before its session expires. */
@ConfigMapping(prefix = "orrery.session")
public interface SessionConfig {

  /**
   * How long a session lives without being renewed. When it is over, all that the session holds
   * runs again elsewhere.
   */
  @WithDefault("30s")
  Duration lease();

  /** How often workers renew; at most a third of the lease, so that two renewals may be lost. */
  @WithDefault("10s")
  Duration renewInterval();
}
