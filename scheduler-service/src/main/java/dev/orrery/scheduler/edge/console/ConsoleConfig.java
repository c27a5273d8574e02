package dev.orrery.scheduler.edge.console;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Settings for the web console. */
@ConfigMapping(prefix = "orrery.console")
public interface ConsoleConfig {

  /**
   * Serves the web console under {@code /console/}. With {@code false} neither its pages nor the
   * sessions of browsers exist.
   */
  @WithDefault("true")
  boolean enabled();
}
