package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import dev.orrery.scheduler.base.time.TimerThread;
import jakarta.inject.Singleton;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** The thread that checks all gateway sessions once a second, and starts their polls. */
@Singleton
class GatewaySessionTimer {
  private static final long TICK_SECONDS = 1;
  private static final Logger LOG = Logger.getLogger(GatewaySessionTimer.class);

  private final AtomicLong ticks = new AtomicLong();
  private final ScheduledThreadPoolExecutor thread = TimerThread.named("orrery-powerjob-timer");

  GatewaySessionTimer(GatewaySessionRegistry gatewaySessions, ProgressWatch watch) {
    watch.watch(
        "powerjob",
        StallScope.OWN,
        PowerJobLimits.MAX_TICK,
        () -> !gatewaySessions.isEmpty(),
        ticks::get);
  }

  /** Runs the check of all gateway sessions each second. */
  void eachTick(Runnable check) {
    each(TICK_SECONDS, () -> tick(check));
  }

  private void tick(Runnable check) {
    try {
      check.run();
      ticks.incrementAndGet();
    } catch (RuntimeException e) {
      LOG.errorf(e, "Failed to check the runs of PowerJob workers; retrying in 1 s");
    }
  }

  /**
   * @param action must not throw, else it never runs again
   */
  void each(long seconds, Runnable action) {
    var unused = thread.scheduleWithFixedDelay(action, seconds, seconds, TimeUnit.SECONDS);
  }

  void after(long millis, Runnable action) {
    var unused = thread.schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  void stop() {
    thread.shutdownNow();
  }
}
