package dev.orrery.scheduler.extras.notification;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.extras.notification.PendingWorkStore.PendingWork;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;

/**
 * Evaluates events and sends due deliveries once a second on every replica. A replica skips
 * deliveries that another one has taken.
 */
@ApplicationScoped
public class NotificationLoop implements HousekeepingSource {
  private static final Logger LOG = Logger.getLogger(NotificationLoop.class);

  private final PendingWorkStore store;
  private final HealthEvaluation evaluation;
  private final WatchEvaluation watches;
  private final DeliveryService deliveries;
  private final EngineExecutor executor;
  private final Duration lateInterval;
  private final Ticker ticker;
  private final AtomicLong runs = new AtomicLong();
  private volatile boolean begun;
  private long timesCheckedAtNanos;

  NotificationLoop(
      PendingWorkStore store,
      HealthEvaluation evaluation,
      WatchEvaluation watches,
      DeliveryService deliveries,
      EngineExecutor executor,
      NotificationConfig config,
      ProgressWatch watch,
      Ticker ticker) {
    this.store = store;
    this.evaluation = evaluation;
    this.watches = watches;
    this.deliveries = deliveries;
    this.executor = executor;
    this.lateInterval = config.lateInterval();
    this.ticker = ticker;
    this.timesCheckedAtNanos = ticker.nanos();
    watch.watch(
        "notifications", StallScope.SHARED, NotificationLimits.RUN_TIMEOUT, () -> begun, runs::get);
  }

  /** Sends due deliveries immediately, without waiting for the next run. */
  void sendNow() {
    try {
      executor.execute(() -> guarded(deliveries::sendDue));
    } catch (RejectedExecutionException e) {
      LOG.debug("Skipped webhook deliveries because the service is stopping");
    }
  }

  /** Deletes deliveries that ended longer ago than this; blocks. */
  public void prune(Duration age) {
    store.prune(age);
  }

  @Scheduled(every = "1s", delayed = "1s", concurrentExecution = ConcurrentExecution.SKIP)
  void everySecond() {
    begun = true;
    guarded(this::runOnce);
  }

  private void runOnce() {
    PendingWork work = store.query();
    int changed = 0;
    if (work.noted()) {
      int taken;
      int rounds = 0;
      do {
        taken = evaluation.events();
        changed += taken;
        rounds++;
        // Stops after some rounds, so that due messages are sent even if many instances of one app
        // fail.
      } while (taken > 0 && rounds < NotificationLimits.MAX_EVENT_ROUNDS);
    }
    if (work.pausing() || (changed > 0 && store.query().pausing())) {
      changed += watches.pauses();
    }
    changed += checkTimes(work);
    if (work.waiting() || changed > 0) {
      deliveries.sendDue();
    }
    runs.incrementAndGet();
  }

  /** Finds what time alone brings about, in the interval of such checks. */
  private int checkTimes(PendingWork work) {
    long now = ticker.nanos();
    boolean isNeeded = work.watchesLate() || work.failing() || work.watchesJobs();
    if (!isNeeded || now - timesCheckedAtNanos < lateInterval.toNanos()) {
      return 0;
    }
    timesCheckedAtNanos = now;
    int found = work.watchesLate() ? evaluation.late() : 0;
    found += work.failing() ? evaluation.reminders() : 0;
    if (work.watchesJobs()) {
      found += whileFull(watches::overdue) + whileFull(watches::slow) + watches.reminders();
    }
    return found;
  }

  private static int whileFull(IntSupplier batch) {
    int all = 0;
    int checked = NotificationLimits.WATCH_BATCH_SIZE;
    for (int round = 0;
        checked == NotificationLimits.WATCH_BATCH_SIZE
            && round < NotificationLimits.MAX_WATCH_ROUNDS;
        round++) {
      checked = batch.getAsInt();
      all += checked;
    }
    return all;
  }

  /** Runs the work, and skips it during an outage. The due-work loop logs outages. */
  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (DatabaseException e) {
      if (e.isTemporary()) {
        LOG.debugf("Notification loop lost the database; retrying in 1 s: %s", e.getMessage());
      } else {
        LOG.error("Notification loop failed; retrying in 1 s", e);
      }
    }
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore("deliveries", Schedule.HOURLY, () -> prune(retention.deliveries())));
  }
}
