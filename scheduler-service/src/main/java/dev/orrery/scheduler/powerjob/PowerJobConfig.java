package dev.orrery.scheduler.powerjob;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Settings for workers of PowerJob. */
@ConfigMapping(prefix = "orrery.powerjob")
public interface PowerJobConfig {

  /**
   * Serves workers of PowerJob on the port of the protocol {@code http}, discovery on the API port,
   * too. With {@code false} neither exists.
   */
  @WithDefault("false")
  boolean enabled();

  /**
   * Networks such as {@code 10.0.0.0/8}, separated by commas, of the workers of PowerJob. They send
   * no secret, so whoever is in these networks can join an opened app as a worker. Required if the
   * port of the protocol {@code http} is open beyond this machine; otherwise loopback.
   */
  Optional<List<String>> allowedNetworks();

  /**
   * Refuses a worker that names another address than the one from which it calls. Set it to {@code
   * false} for workers behind a relay or NAT; their addresses must be in the networks anyway.
   */
  @WithDefault("true")
  boolean requireOwnAddress();
}
