package dev.orrery.scheduler.model.job.declaration;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Refuses to start with times with which processes of two versions would undo each other's
 * declarations.
 */
@ApplicationScoped
class DeclarationConfigCheck {
  private static final Duration MIN_VERSION_TIMEOUT = Duration.ofMinutes(2);

  void check(@Observes @Priority(START_CHECKS) StartupEvent event, DeclarationConfig config) {
    require(config);
  }

  static void require(DeclarationConfig config) {
    if (config.versionTimeout().compareTo(MIN_VERSION_TIMEOUT) < 0) {
      throw new StartupException(
          "orrery.declarations.version-timeout is "
              + config.versionTimeout()
              + ", and processes declare their version each minute; set it to at least two"
              + " minutes.");
    }
    if (config.grace().isNegative()) {
      throw new StartupException(
          "orrery.declarations.grace is " + config.grace() + "; set it to a time such as 24h.");
    }
  }
}
