package dev.orrery.scheduler.edge.startup;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_SCHEDULED_TASKS;

import dev.orrery.scheduler.base.database.SchemaState;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Starts periodic tasks after all other parts, and never on an unknown schema. The timers of
 * Quarkus would otherwise run during the start, even if it fails, so they begin halted ({@code
 * quarkus.scheduler.start-mode}).
 */
@ApplicationScoped
class ScheduledTaskStart {
  void start(
      @Observes @Priority(START_SCHEDULED_TASKS) StartupEvent event,
      Scheduler scheduler,
      SchemaState schema) {
    if (schema.isKnown()) {
      scheduler.resume();
    }
  }
}
