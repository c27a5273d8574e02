package dev.orrery.scheduler.engine.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** Counts worker sessions that ended because their lease expired. */
@Startup
@Singleton
class SessionMetrics {
  private final Counter lost;

  SessionMetrics(MeterRegistry registry) {
    lost =
        Counter.builder("orrery.sessions.expired")
            .description("Sessions that this replica ended because their lease had expired")
            .register(registry);
  }

  void lost(int sessions) {
    lost.increment(sessions);
  }
}
