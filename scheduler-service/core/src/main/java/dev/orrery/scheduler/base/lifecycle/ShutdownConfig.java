package dev.orrery.scheduler.base.lifecycle;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Settings for stopping the service. */
@ConfigMapping(prefix = "orrery.shutdown")
public interface ShutdownConfig {
  /** {@link #delay()} in cluster mode, where another replica can answer instead of this one. */
  String CLUSTER_DELAY = "5s";

  /**
   * Default of {@link #timeout()}. application.properties applies the setting to the REST API, and
   * the embedded database waits for the service at least this long.
   */
  String DEFAULT_TIMEOUT = "10s";

  /**
   * Time for which the service continues to serve after the signal to stop. It is not ready at
   * once, and it closes connections after their next response, so that a load balancer sends
   * clients to another replica. Set it longer than the balancer needs to notice. Default: 5s in
   * cluster mode, otherwise 0s.
   */
  Optional<Duration> delay();

  /** Time that requests in flight then have to end. */
  @WithDefault(DEFAULT_TIMEOUT)
  Duration timeout();
}
