package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.port.PortPlan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** Settings for PowerJob workers. */
@ConfigMapping(prefix = "orrery.powerjob")
public interface PowerJobConfig {

  /**
   * Serves PowerJob workers over the protocols below, and their discovery on the API port. With
   * {@code false} neither exists.
   */
  @WithDefault("false")
  boolean enabled();

  /**
   * The protocols of PowerJob workers that are served, separated by commas: {@code http}, {@code
   * akka}, {@code mu}. Names are case-insensitive. {@code http} uses the port of the protocol
   * {@code http}, which must be active then. Without {@code akka} or {@code mu} no port of it is
   * bound.
   */
  @WithDefault("http")
  String protocols();

  /** The port for PowerJob workers whose protocol is AKKA, their default. */
  Akka akka();

  /** The port for PowerJob workers whose protocol is MU, which workers have from 5.1.2 on. */
  Mu mu();

  /**
   * Networks such as {@code 10.0.0.0/8}, separated by commas, of the PowerJob workers. They send no
   * secret, so any host in these networks can join an opened app as a worker. Required if a port
   * for them is open beyond this machine; otherwise loopback.
   */
  Optional<List<String>> allowedNetworks();

  /**
   * Refuses a worker that names another address than the one from which it calls. Set it to {@code
   * false} for workers behind a relay or NAT; their addresses must be in the networks anyway.
   */
  @WithDefault("true")
  boolean requireOwnAddress();

  /**
   * The most workers of one address that are called at once for the first time, from 1 to 1000: a
   * worker gets runs after it has answered a call. Raise it if many workers share the address of a
   * relay and start together.
   */
  @WithDefault("8")
  int maxNewWorkersPerAddress();

  /**
   * Time zone of the cron expressions that PowerJob clients save, such as {@code Asia/Shanghai}.
   * PowerJob uses that of its server's machine. A job keeps the zone that it has.
   */
  @WithDefault("UTC")
  ZoneId zone();

  /** The port for PowerJob workers whose protocol is AKKA, their default. */
  interface Akka {

    /**
     * Port on which PowerJob workers report over AKKA; 0 means any free one. The protocol {@code
     * akka} of Orrery's own workers needs another port.
     */
    @WithDefault("" + PortPlan.AKKA)
    int port();

    /** Address to bind. */
    @WithDefault("0.0.0.0")
    String host();

    /**
     * Host that discovery returns to PowerJob workers, and the host of the actor system; default:
     * the bound address, or the local address of the route to other machines. Workers must dial
     * exactly this address, so it is that of this replica and not of a load balancer.
     */
    Optional<String> advertisedHost();
  }

  /** The port for PowerJob workers whose protocol is MU, which workers have from 5.1.2 on. */
  interface Mu {

    /** Port to which PowerJob workers connect over MU; 0 means any free one. */
    @WithDefault("" + PortPlan.MU)
    int port();

    /** Address to bind. */
    @WithDefault("0.0.0.0")
    String host();

    /**
     * Host that discovery returns to PowerJob workers; default: the one by which a worker calls the
     * API. All runs of a worker come from the replica to which it has connected.
     */
    Optional<String> advertisedHost();
  }
}
