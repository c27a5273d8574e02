package dev.orrery.scheduler.http.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * Most connections of each port at this replica. At the limit, a new connection replaces the one
 * without a valid token that has been idle for longest.
 */
@ConfigMapping(prefix = "orrery.connections")
public interface ConnectionConfig {
  /** Most connections to the port of the API. */
  @WithDefault("4000")
  int maxApi();

  /** Most connections to the port of the protocol {@code http}; each worker has two. */
  @WithDefault("20000")
  int maxHttp();

  /** Most connections to the port of management; probes and Prometheus need few. */
  @WithDefault("1000")
  int maxManagement();
}
