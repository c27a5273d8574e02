package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.port.PortPlan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/**
 * Settings for the protocols between the scheduler and its workers. Protocol names are
 * case-insensitive, and surrounding whitespace is ignored; an unknown or empty name prevents the
 * start.
 */
@ConfigMapping(prefix = "orrery.protocols")
public interface ProtocolConfig {

  /** The active protocols, separated by commas. An inactive one binds no port. */
  @WithDefault("http")
  String active();

  /** The protocol that discovery offers first; default: the first active one. Must be active. */
  Optional<String> main();

  /** The protocol {@code http}. */
  Http http();

  /** The protocol {@code akka}. */
  Akka akka();

  /** The protocol {@code http}. */
  interface Http {

    /** Port of the worker API and of discovery; 0 means any free one. */
    @WithDefault("" + PortPlan.HTTP)
    int port();

    /** Address to bind. */
    @WithDefault("0.0.0.0")
    String host();

    /**
     * The URL that discovery returns to workers, such as {@code http://orrery-http:10010}; default:
     * the host of the discovery call, with the port above.
     */
    Optional<String> advertisedAddress();
  }

  /** The protocol {@code akka}. */
  interface Akka {

    /** Port of the worker API; 0 means any free one. */
    @WithDefault("" + PortPlan.AKKA)
    int port();

    /** Address to bind. */
    @WithDefault("0.0.0.0")
    String host();

    /**
     * Host that discovery returns to workers, and the host of the actor system; default: the bound
     * address, or the local address of the route to other machines. An address that other machines
     * reach needs allowed networks or TLS.
     */
    Optional<String> advertisedHost();

    /**
     * Networks such as {@code 10.0.0.0/8}, separated by commas, that may connect and be dialled;
     * default: only this machine, or any network with TLS.
     */
    Optional<List<String>> allowedNetworks();

    /**
     * Name of a {@code quarkus.tls} configuration with a key store and a trust store, for mutual
     * TLS with workers; default: no TLS.
     */
    Optional<String> tls();
  }
}
