package dev.orrery.scheduler.base.lifecycle;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;

/**
 * Marks this replica as stopping when the shutdown signal arrives, and runs the registered actions
 * shortly before it stops answering. In between, the replica is not ready, but still serves clients
 * that have not noticed yet. Quarkus delays the stop by the same time ({@code
 * quarkus.shutdown.delay}) but notifies no bean when the delay begins, so this class has its own
 * shutdown hook.
 */
@ApplicationScoped
public class GracefulShutdown {
  private static final Logger LOG = Logger.getLogger(GracefulShutdown.class);

  /**
   * Reserves the last fifth of the delay for the actions, so that they run while requests are
   * served.
   */
  private static final int LAST_PART = 5;

  private final Duration delay;
  private final Sleep sleep;
  private final List<Runnable> actions = new CopyOnWriteArrayList<>();
  private final Thread hook = new Thread(this::run, "orrery-graceful-shutdown");
  private volatile boolean begun;

  @Inject
  GracefulShutdown(ShutdownConfig config) {
    this(config, time -> Thread.sleep(time.toMillis()));
  }

  GracefulShutdown(ShutdownConfig config, Sleep sleep) {
    this.delay = config.delay().orElse(Duration.ZERO);
    this.sleep = sleep;
  }

  /** A wait, which tests replace. */
  interface Sleep {
    void sleep(Duration time) throws InterruptedException;
  }

  void start(@Observes @Priority(START_CHECKS) StartupEvent event) {
    ShutdownConfigCheck.require(delay);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  public boolean hasBegun() {
    return begun;
  }

  /**
   * Registers an action to run shortly before the service stops answering. It runs on another
   * thread and must return quickly.
   *
   * <p>It does not run if the service ends without a signal.
   */
  public void beforeStop(Runnable action) {
    actions.add(action);
  }

  void run() {
    begun = true;
    if (!delay.isZero()) {
      LOG.infof("Shutdown requested; reporting unready, but still serving for %s", delay);
    }
    try {
      sleep.sleep(delay.minus(delay.dividedBy(LAST_PART)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Runnable action : actions) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.error("Shutdown action failed; continuing with the others", e);
      }
    }
  }

  void stop(@Observes ShutdownEvent event) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("Kept the shutdown hook, because it is already running");
    }
  }
}
