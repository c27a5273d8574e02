package dev.orrery.scheduler.edge.cluster;

import dev.orrery.protocol.port.PortPlan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the cluster mode. Without it, replicas on one database exchange hints through the
 * database and do not know each other.
 */
@ConfigMapping(prefix = "orrery.cluster")
public interface ClusterConfig {
  /** A replica without a heartbeat for this long is lost. Three intervals and one second. */
  Duration LOST_AFTER = Duration.ofSeconds(7);

  /** The row of a replica is deleted after this time without a heartbeat. */
  Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

  /**
   * With {@code true} this replica opens the cluster port and joins the others; needs the secret.
   */
  @WithDefault("false")
  boolean enabled();

  /**
   * Address to bind. Unless it is {@code 0.0.0.0} or {@code ::}, it is also the default of the
   * advertised address.
   */
  @WithDefault("0.0.0.0")
  String host();

  /** Port for messages of the other replicas. 0 means any free one. */
  @WithDefault("" + PortPlan.CLUSTER)
  int port();

  /**
   * Secret with which replicas sign their messages, the same on all of them: at least 16
   * characters, random. It is never sent.
   */
  Optional<String> secret();

  /**
   * File that contains that secret and nothing else, readable for its owner and group alone. Read
   * once, when the scheduler starts.
   */
  Optional<Path> secretFile();

  /**
   * Address under which the other replicas reach this one: a host or address, with or without a
   * port; default: the first address of this machine that is not loopback, with the port above.
   */
  Optional<String> advertisedAddress();

  /**
   * Time between two heartbeats of this replica, 100 ms to 2 s. A replica without a heartbeat for 7
   * s counts as lost.
   */
  @WithDefault("2s")
  Duration heartbeatInterval();
}
