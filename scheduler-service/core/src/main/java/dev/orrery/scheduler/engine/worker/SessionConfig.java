package dev.orrery.scheduler.engine.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for the leases of sessions. */
@ConfigMapping(prefix = "orrery.session")
public interface SessionConfig {

  /**
   * Time after which a session expires that is not renewed. Its attempts then run again on other
   * workers.
   */
  @WithDefault("30s")
  Duration lease();

  /**
   * Time between two renewals; at most a third of the lease, so that a session survives two lost
   * renewals.
   */
  @WithDefault("10s")
  Duration renewInterval();
}
