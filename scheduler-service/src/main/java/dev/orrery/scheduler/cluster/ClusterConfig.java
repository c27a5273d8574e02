package dev.orrery.scheduler.cluster;

import dev.orrery.protocol.port.PortPlan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the cluster mode. Without it, replicas on one database exchange hints about work and
 * cancels through the database, and know nothing else of each other.
 */
@ConfigMapping(prefix = "orrery.cluster")
public interface ClusterConfig {

  /** Whether this replica opens the cluster port and joins the others; needs the secret. */
  @WithDefault("false")
  boolean enabled();

  /** Port on which the other replicas are heard. 0 means any free one. */
  @WithDefault("" + PortPlan.CLUSTER)
  int port();

  /**
   * What the replicas prove to each other, the same on all of them: at least 16 characters, random.
   * It never goes over the network itself.
   */
  Optional<String> secret();

  /**
   * Where the other replicas reach this one: a host or address, with or without a port; default:
   * the first address of this machine that is not loopback, with the port above.
   */
  Optional<String> advertisedAddress();

  /**
   * Time between two heartbeats of this replica, 100 ms to 2 s. A replica without a heartbeat for 7
   * s counts as lost.
   */
  @WithDefault("2s")
  Duration heartbeatInterval();
}
