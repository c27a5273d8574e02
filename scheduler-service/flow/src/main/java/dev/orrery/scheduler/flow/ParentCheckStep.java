package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.engine.fire.DueWorkConfig;
import dev.orrery.scheduler.engine.fire.DueWorkStep;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Reconciles all parents periodically: a hint may have been lost, or a time-out may have passed.
 */
final class ParentCheckStep {
  @Produces
  @Singleton
  DueWorkStep step(DueWorkConfig config, ParentService parents) {
    return DueWorkStep.request(
        "check_parents",
        config.blockedInterval(),
        work -> true,
        work -> parents.checkAll(work.parents()));
  }
}
