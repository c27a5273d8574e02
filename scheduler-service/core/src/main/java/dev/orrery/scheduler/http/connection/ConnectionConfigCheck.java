package dev.orrery.scheduler.http.connection;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Refuses to start with limits that leave no room for connections. */
@ApplicationScoped
class ConnectionConfigCheck {
  /** Enough for a few concurrent probes or workers. */
  private static final int MIN_CONNECTIONS = 10;

  void check(@Observes @Priority(START_CHECKS) StartupEvent event, ConnectionConfig config) {
    require("orrery.connections.max-api", config.maxApi());
    require("orrery.connections.max-http", config.maxHttp());
    require("orrery.connections.max-management", config.maxManagement());
  }

  static void require(String key, int value) {
    if (value < MIN_CONNECTIONS) {
      throw new StartupException(
          key + " is " + value + "; set it to at least " + MIN_CONNECTIONS + ".");
    }
  }
}
