package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.port.PortPlan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/**
 * Which protocols the scheduler speaks with workers. Names are taken in any case and with blanks
 * around them; an unknown or empty one keeps the service from starting.
 */
@ConfigMapping(prefix = "orrery.protocols")
public interface ProtocolsConfig {

  /** The active protocols, separated by commas. An inactive one binds no port. */
  @WithDefault("http")
  String active();

  /** The one that workers are told first; default: the first active one. Must be active. */
  Optional<String> main();

  /** The protocol {@code http}. */
  Http http();

  /** The protocol {@code http}. */
  interface Http {

    /** Port of the worker verbs, and of discovery. 0 means any free one. */
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
}
