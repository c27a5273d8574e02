package dev.orrery.scheduler.base.embedded;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** Counts restarts of the embedded database. The metric is absent with an external database. */
@Startup
@Singleton
class EmbeddedDatabaseMetrics {

  EmbeddedDatabaseMetrics(MeterRegistry registry) {
    if (EmbeddedDatabase.isOurs()) {
      FunctionCounter.builder(
              "orrery.embedded.database.restarts", this, metrics -> EmbeddedDatabase.restarts())
          .description("Restarts of the embedded PostgreSQL because its process had died")
          .register(registry);
    }
  }
}
