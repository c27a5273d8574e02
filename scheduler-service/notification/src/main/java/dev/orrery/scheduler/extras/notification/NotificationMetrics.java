package dev.orrery.scheduler.extras.notification;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** Counts attempts to deliver messages to webhooks, by outcome. */
@Startup
@Singleton
class NotificationMetrics {
  private final Counter delivered;
  private final Counter retried;
  private final Counter givenUp;

  NotificationMetrics(MeterRegistry registry) {
    delivered = counter(registry, "delivered");
    retried = counter(registry, "retried");
    givenUp = counter(registry, "given_up");
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("orrery.notifications.sent")
        .description("Attempts of this replica to deliver a webhook message, by outcome")
        .tag("outcome", outcome)
        .register(registry);
  }

  void delivered() {
    delivered.increment();
  }

  void retried() {
    retried.increment();
  }

  void givenUp() {
    givenUp.increment();
  }
}
