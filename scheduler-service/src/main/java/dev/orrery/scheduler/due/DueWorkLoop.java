package dev.orrery.scheduler.due;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_DUE_WORK;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.DatabaseReachability;
import dev.orrery.scheduler.database.SchemaState;
import dev.orrery.scheduler.database.embedded.EmbeddedDatabase;
import dev.orrery.scheduler.due.DueWorkStore.DueWork;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.hint.OtherReplicas;
import dev.orrery.scheduler.time.Ticker;
import dev.orrery.scheduler.worker.SessionConfig;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Runs all work that becomes due by time: fires triggers, makes scheduled instances ready, ends
 * attempts past their deadline and sessions past their lease. Queries the database once an
 * interval, or earlier if it knows of something due sooner, so nothing depends on a hint.
 */
@ApplicationScoped
public class DueWorkLoop {
  private static final Logger LOG = Logger.getLogger(DueWorkLoop.class);

  /** The pause if another replica holds the due rows. */
  private static final Duration HELD_ELSEWHERE = Duration.ofMillis(20);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  /** The longest time for which a stop waits for a run of the loop. */
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final DueWorkStore store;
  private final DueWorkRunner actions;
  private final DatabaseReachability database;
  private final DueWorkConfig config;
  private final Ticker ticker;
  private final OtherReplicas otherReplicas;
  private final WakeableSleep sleep;
  private final OutageGrace grace;
  private final Thread thread = new Thread(this::run, "orrery-due-work");
  private long blockedCheckedAt;
  private long unreachableSince;
  private volatile boolean stopping;

  DueWorkLoop(
      DueWorkStore store,
      DueWorkRunner actions,
      DatabaseReachability database,
      OtherReplicas otherReplicas,
      DueWorkConfig config,
      SessionConfig sessionConfig,
      Ticker ticker,
      HintBus hints) {
    this.store = store;
    this.actions = actions;
    this.database = database;
    this.otherReplicas = otherReplicas;
    this.config = config;
    this.ticker = ticker;
    this.blockedCheckedAt = ticker.nanos() - config.blockedInterval().toNanos();
    this.sleep = new WakeableSleep(ticker);
    this.grace = new OutageGrace(sessionConfig.lease(), config.interval(), ticker);
    hints.listen(this::onHint);
  }

  void readLanes(@Observes StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      actions.readLanes();
    }
  }

  void start(@Observes @Priority(START_DUE_WORK) StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      beginGrace();
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Begins a grace at the start of the service, because a start may take longer than a lease. */
  void beginGrace() {
    grace.begin();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    sleep.within(Duration.ZERO);
    thread.join(LONGEST_STOP.toMillis());
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.DueIn due) {
      sleep.within(due.time());
    } else if (hint instanceof Hint.JobsChanged || hint instanceof Hint.Resync) {
      sleep.within(Duration.ZERO);
    }
  }

  private void run() {
    while (!stopping) {
      try {
        runOnceAndSleep();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  void runOnceAndSleep() throws InterruptedException {
    sleep.sleep(runOnce());
  }

  /** Queries the due work and does it; returns how long to sleep. */
  Duration runOnce() {
    try {
      DueWork work = store.query(actions.idleLanes(), otherReplicas.question());
      otherReplicas.answer(work.otherReplicas());
      grace.onDatabaseUp();
      if (!database.isReachable()) {
        LOG.infof(
            "Database reachable again after %d s",
            Duration.ofNanos(ticker.nanos() - unreachableSince).toSeconds());
        database.set(true);
      }
      actions.lanesReady(work.readyLanes());
      return act(work);
    } catch (DatabaseException e) {
      if (!e.isOutage()) {
        LOG.error("Due-work loop failed; it runs again in 1 s", e);
        return AFTER_FAILURE;
      }
      grace.onDatabaseDown();
      if (database.isReachable()) {
        LOG.errorf("Database not reachable, retrying every second: %s", e.getMessage());
        unreachableSince = ticker.nanos();
        database.set(false);
      }
      endWithEmbeddedDatabase();
      return AFTER_FAILURE;
    } catch (RuntimeException e) {
      LOG.error("Due-work loop failed; it runs again in 1 s", e);
      return AFTER_FAILURE;
    }
  }

  /** An external database can always come back; an embedded one that is lost cannot. */
  private static void endWithEmbeddedDatabase() {
    if (EmbeddedDatabase.isLost()) {
      Quarkus.asyncExit(1);
    }
  }

  private Duration act(DueWork work) {
    boolean heldElsewhere = whenDue(work.nextFire(), actions::fire);
    heldElsewhere |= whenDue(work.nextDue(), actions::promote);
    heldElsewhere |= whenDue(work.nextDeadline(), actions::endOverdue);
    if (grace.isOver()) {
      heldElsewhere |= whenDue(work.nextLeaseEnd(), actions::endExpired);
    }
    if (work.recheck()) {
      actions.recheckJobs();
    }
    checkBlocked(work);
    if (heldElsewhere) {
      return HELD_ELSEWHERE;
    }
    return Stream.of(work.nextFire(), work.nextDue(), work.nextDeadline(), work.nextLeaseEnd())
        .filter(time -> time != null && !isDue(time))
        .reduce(config.interval(), (a, b) -> a.compareTo(b) < 0 ? a : b);
  }

  private void checkBlocked(DueWork work) {
    long now = ticker.nanos();
    if (now - blockedCheckedAt >= config.blockedInterval().toNanos()) {
      blockedCheckedAt = now;
      actions.checkBlocked(work.blocked());
    }
  }

  /** Runs the action if it is due; returns true if another replica holds the due rows. */
  private boolean whenDue(Duration time, IntSupplier action) {
    if (time == null || !isDue(time)) {
      return false;
    }
    int done = action.getAsInt();
    if (done == 0) {
      return true;
    }
    // What came of it, or what is left of it, is seen by the next work.
    sleep.within(Duration.ZERO);
    return false;
  }

  private static boolean isDue(Duration time) {
    return time.isZero() || time.isNegative();
  }
}
