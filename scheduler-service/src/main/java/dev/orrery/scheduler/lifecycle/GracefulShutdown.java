package dev.orrery.scheduler.lifecycle;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;

/**
 * The time between the signal and the stop: not ready any more, but serving until nobody sends here
 * any longer. The stop itself waits for the same time by {@code quarkus.shutdown.delay}, of which
 * no bean hears; so this one has a hook of its own.
 */
@ApplicationScoped
public class GracefulShutdown {
  private static final Logger LOG = Logger.getLogger(GracefulShutdown.class);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** What is done last is done while all that is asked is still answered. */
  private static final int LAST_PART = 5;

  private final Duration delay;
  private final List<Runnable> lastThings = new CopyOnWriteArrayList<>();
  private final Thread whenTerminated = new Thread(this::leave, "orrery-leaving");
  private volatile boolean begun;

  GracefulShutdown(ShutdownConfig config) {
    delay = config.delay().orElse(Duration.ZERO);
  }

  void start(@Observes @Priority(START_CHECKS) StartupEvent event) {
    if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
      throw new StartupException(
          "orrery.shutdown.delay is " + delay + "; set it to at most " + LONGEST + ", or to 0s.");
    }
    Runtime.getRuntime().addShutdownHook(whenTerminated);
  }

  /** From the signal on. */
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
    lastThings.add(action);
  }

  void leave() {
    begun = true;
    if (!delay.isZero()) {
      LOG.infof("Told to stop: not ready from now on, and serving for another %s", delay);
    }
    try {
      Thread.sleep(delay.minus(delay.dividedBy(LAST_PART)).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Runnable action : lastThings) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.error("Not all was done before the stop", e);
      }
    }
  }

  void stop(@Observes ShutdownEvent event) {
    try {
      Runtime.getRuntime().removeShutdownHook(whenTerminated);
    } catch (IllegalStateException e) {
      LOG.debug("The process is ending already");
    }
  }
}
