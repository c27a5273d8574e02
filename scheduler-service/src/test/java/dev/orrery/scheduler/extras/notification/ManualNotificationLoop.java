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
}
