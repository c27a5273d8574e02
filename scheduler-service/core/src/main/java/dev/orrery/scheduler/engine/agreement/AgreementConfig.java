package dev.orrery.scheduler.engine.agreement;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for the protocols that a replica must speak to be ready. */
@ConfigMapping(prefix = "orrery.agreement")
public interface AgreementConfig {

  /**
   * Time for which a protocol stays required after its last session was lost without a bye: the
   * worker may reconnect. A replica that lacks a required protocol is not ready.
   */
  @WithDefault("5m")
  Duration requiredWindow();
}
