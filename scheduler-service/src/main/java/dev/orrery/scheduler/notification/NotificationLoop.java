package dev.orrery.scheduler.notification;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.notification.PendingWorkStore.Look;
import dev.orrery.scheduler.time.Ticker;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * Looks once a second whether anything is to be told, and tells it. Every replica does; what one
 * has taken the others leave alone.
 */
@ApplicationScoped
public class NotificationLoop {
  private static final Logger LOG = Logger.getLogger(NotificationLoop.class);

  private final PendingWorkStore store;
  private final HealthEvaluation evaluation;
  private final DeliveryService deliveries;
  private final EngineExecutor executor;
  private final Duration lateInterval;
  private final Ticker ticker;
  private long lookedForLateAtNanos;

  NotificationLoop(
      PendingWorkStore store,
      HealthEvaluation evaluation,
      DeliveryService deliveries,
      EngineExecutor executor,
      NotificationConfig config,
      Ticker ticker) {
    this.store = store;
    this.evaluation = evaluation;
    this.deliveries = deliveries;
    this.executor = executor;
    this.lateInterval = config.lateInterval();
    this.ticker = ticker;
    this.lookedForLateAtNanos = ticker.nanos();
  }

  /** Something was put into the outbox: no need to wait for the next look. */
  void soon() {
    try {
      executor.execute(() -> guarded(deliveries::sendDue));
    } catch (RejectedExecutionException e) {
      LOG.debug("The service stops; the next start delivers");
    }
  }

  /** Deletes deliveries that ended longer ago than this; blocks. */
  public void prune(Duration age) {
    store.prune(age);
  }

  @Scheduled(every = "1s", delayed = "1s", concurrentExecution = ConcurrentExecution.SKIP)
  void everySecond() {
    guarded(this::look);
  }

  private void look() {
    Look look = store.look();
    int changed = 0;
    if (look.noted()) {
      int taken;
      do {
        taken = evaluation.events();
        changed += taken;
      } while (taken > 0);
    }
    if (look.failing()) {
      changed += evaluation.recoveries();
    }
    long now = ticker.nanos();
    if (look.mindsLate() && now - lookedForLateAtNanos >= lateInterval.toNanos()) {
      lookedForLateAtNanos = now;
      changed += evaluation.late();
    }
    if (look.waiting() || changed > 0) {
      deliveries.sendDue();
    }
  }

  /** The due-work loop tells of an outage; here it is only waited out. */
  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (DatabaseException e) {
      if (e.isOutage() || e.isConflict()) {
        LOG.debugf("Put off: %s", e.getMessage());
      } else {
        LOG.error("Webhooks could not be told; it is tried again", e);
      }
    }
  }
}
