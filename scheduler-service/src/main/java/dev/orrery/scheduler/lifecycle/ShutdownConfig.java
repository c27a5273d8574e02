package dev.orrery.scheduler.lifecycle;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Settings for stopping the service. */
@ConfigMapping(prefix = "orrery.shutdown")
public interface ShutdownConfig {

  /**
   * How long the service goes on serving when it is told to stop. From the first moment on it is
   * not ready, and clients are asked to come back over another connection, which a load balancer
   * gives to another replica: let it take longer than the balancer needs to notice. Default: 5s in
   * cluster mode, else 0s.
   */
  Optional<Duration> delay();

  /** How long requests that are under way then may take to end. */
  @WithDefault("10s")
  Duration timeout();
}
