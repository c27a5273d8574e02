package dev.orrery.scheduler.extras.notification;

import io.quarkus.arc.Arc;

/** The notifier's look of every second, without waiting for it. */
public final class ManualNotificationLoop {
  private ManualNotificationLoop() {}

  /**
   * Evaluates what has been committed and sends what is due. Does nothing while another look is at
   * it, so a caller that needs its outcome waits for that.
   */
  public static void now() {
    Arc.container().instance(NotificationLoop.class).get().everySecond();
  }

  /** Evaluates all that is committed, and all that time alone brings about; sends nothing. */
  public static void evaluateAll() {
    HealthEvaluation evaluation = Arc.container().instance(HealthEvaluation.class).get();
    WatchEvaluation watches = Arc.container().instance(WatchEvaluation.class).get();
    evaluation.events();
    watches.pauses();
    evaluation.late();
    evaluation.reminders();
    watches.overdue();
    watches.slow();
    watches.reminders();
  }
}
