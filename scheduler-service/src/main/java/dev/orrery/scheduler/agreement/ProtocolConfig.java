package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.port.PortPlan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/**
 * Settings for the protocols that the scheduler speaks with workers. Protocol names are
 * case-insensitive, and surrounding whitespace is ignored; an unknown or empty name prevents the
 * start.
 */
@ConfigMapping(prefix = "orrery.protocols")
public interface ProtocolConfig {

  /** The active protocols, separated by commas. An inactive one binds no port. */
  @WithDefault("http")
  String active();

  /** The one that workers are told first; default: the first active one. Must be active. */
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
     * The URL that workers are told to dial, such as {@code http://orrery-http:10010}; default: the
     * host that was dialled for discovery, with the port above.
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
     * Host that workers are told to dial, and that this service calls itself by; default: the
     * address that is bound, or that of the way to other machines. Beyond this machine it takes
     * allowed networks or TLS.
     */
    Optional<String> advertisedHost();

    /**
     * Networks such as {@code 10.0.0.0/8}, separated by commas, that are heard and dialled;
     * default: this machine only, or with TLS any.
     */
    Optional<List<String>> allowedNetworks();

    /**
     * Name of a {@code quarkus.tls} configuration with a key store and a trust store, for mutual
     * TLS with workers; default: no TLS.
     */
    Optional<String> tls();
  }
}
