package dev.orrery.scheduler.due;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_DUE_WORK;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.SchemaState;
import dev.orrery.scheduler.database.embedded.EmbeddedDatabase;
import dev.orrery.scheduler.due.DueWorkStore.Look;
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
 * Does what time alone makes due: fires, promotes, ends what is overdue. Queries the database once
 * an interval, or earlier if something becomes due sooner. So nothing depends on a hint, and
 * nothing waits for the end of the interval.
 */
@ApplicationScoped
public class DueWorkLoop {
  private static final Logger LOG = Logger.getLogger(DueWorkLoop.class);

  /** When what is due is held by another replica: not at once again. */
  private static final Duration HELD_ELSEWHERE = Duration.ofMillis(20);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final DueWorkStore store;
  private final DueWorkActions duties;
  private final DueWorkConfig config;
  private final Ticker ticker;
  private final OtherReplicas peers;
  private final WakeableSleep alarm;
  private final OutageGrace grace;
  private final Thread thread = new Thread(this::run, "orrery-due-work");
  private long lookedAtBlocked;
  private volatile boolean stopping;
  private volatile boolean reachable = true;

  DueWorkLoop(
      DueWorkStore store,
      DueWorkActions duties,
      OtherReplicas peers,
      DueWorkConfig config,
      SessionConfig sessionConfig,
      Ticker ticker,
      HintBus hints) {
    this.store = store;
    this.duties = duties;
    this.peers = peers;
    this.config = config;
    this.ticker = ticker;
    this.lookedAtBlocked = ticker.nanos() - config.blockedInterval().toNanos();
    this.alarm = new WakeableSleep(ticker);
    this.grace = new OutageGrace(sessionConfig.lease(), config.interval(), ticker);
    hints.listen(this::hear);
  }

  void readLanes(@Observes StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      duties.readLanes();
    }
  }

  void start(@Observes @Priority(START_DUE_WORK) StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      beginGrace();
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Workers can renew from now on: a start may take longer than a lease. */
  void beginGrace() {
    grace.begin();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    alarm.within(Duration.ZERO);
    thread.join(5000);
  }

  /** Whether the last look at the database succeeded. */
  public boolean databaseReachable() {
    return reachable;
  }

  private void hear(Hint hint) {
    if (hint instanceof Hint.DueIn due) {
      alarm.within(due.time());
    } else if (hint instanceof Hint.JobsChanged || hint instanceof Hint.Resync) {
      alarm.within(Duration.ZERO);
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
    alarm.sleep(runOnce());
  }

  /** One look and what follows from it; gives how long to sleep. */
  Duration runOnce() {
    try {
      Look look = store.look(duties.sleepingLanes(), peers.question());
      peers.answer(look.otherReplicas());
      grace.reached();
      if (!reachable) {
        LOG.info("The database is back");
        reachable = true;
      }
      duties.lanesReady(look.readyLanes());
      return act(look);
    } catch (DatabaseException e) {
      if (!e.isOutage()) {
        LOG.error("A beat failed; the next one follows", e);
        return AFTER_FAILURE;
      }
      grace.missed();
      if (reachable) {
        LOG.errorf("The database does not answer, trying on: %s", e.getMessage());
        reachable = false;
      }
      endWithEmbeddedDatabase();
      return AFTER_FAILURE;
    } catch (RuntimeException e) {
      LOG.error("A beat failed; the next one follows", e);
      return AFTER_FAILURE;
    }
  }

  /** An external database can always come back; an embedded one that is lost cannot. */
  private static void endWithEmbeddedDatabase() {
    if (EmbeddedDatabase.isLost()) {
      Quarkus.asyncExit(1);
    }
  }

  private Duration act(Look look) {
    boolean heldElsewhere = whenDue(look.nextFire(), duties::fire);
    heldElsewhere |= whenDue(look.nextDue(), duties::promote);
    heldElsewhere |= whenDue(look.nextDeadline(), duties::endOverdue);
    if (grace.isOver()) {
      heldElsewhere |= whenDue(look.nextLeaseEnd(), duties::endExpired);
    }
    if (look.recheck()) {
      duties.recheckJobs();
    }
    lookAtBlocked(look);
    if (heldElsewhere) {
      return HELD_ELSEWHERE;
    }
    return Stream.of(look.nextFire(), look.nextDue(), look.nextDeadline(), look.nextLeaseEnd())
        .filter(time -> time != null && !isDue(time))
        .reduce(config.interval(), (a, b) -> a.compareTo(b) < 0 ? a : b);
  }

  private void lookAtBlocked(Look look) {
    long now = ticker.nanos();
    if (now - lookedAtBlocked >= config.blockedInterval().toNanos()) {
      lookedAtBlocked = now;
      duties.lookAtBlocked(look.blocked());
    }
  }

  /** Acts until nothing is left; gives true if something was due, but not ours to take. */
  private boolean whenDue(Duration time, IntSupplier action) {
    if (time == null || !isDue(time)) {
      return false;
    }
    int done = action.getAsInt();
    if (done == 0) {
      return true;
    }
    // What came of it, or what is left of it, is seen by the next look.
    alarm.within(Duration.ZERO);
    return false;
  }

  private static boolean isDue(Duration time) {
    return time.isZero() || time.isNegative();
  }
}
