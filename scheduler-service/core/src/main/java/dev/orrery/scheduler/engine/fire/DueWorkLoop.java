package dev.orrery.scheduler.engine.fire;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_DUE_WORK;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.embedded.EmbeddedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.OtherReplicas;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import dev.orrery.scheduler.base.time.LogInterval;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.fire.DueWorkStep.Kind;
import dev.orrery.scheduler.engine.fire.StepRunner.Outcome;
import dev.orrery.scheduler.engine.worker.SessionConfig;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Runs all work that becomes due by time: fires triggers, makes scheduled instances ready, ends
 * attempts past their deadline and sessions past their lease. Queries the database once per
 * interval, or earlier if something is due sooner, so nothing depends on a hint. A step that fails
 * does not stop the others.
 */
@ApplicationScoped
public class DueWorkLoop {
  private static final Logger LOG = Logger.getLogger(DueWorkLoop.class);

  /** The pause if another replica or an edit holds the due rows; doubled each time in a row. */
  private static final Duration HELD_ELSEWHERE = Duration.ofMillis(20);

  /** The pause if the due rows stay held, or if this replica can do nothing about them. */
  private static final Duration MAX_HELD_ELSEWHERE = Duration.ofSeconds(1);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  /** The longest time for which a stop waits for a run of the loop. */
  private static final Duration MAX_STOP = Duration.ofSeconds(5);

  private final DueWorkStore store;
  private final DueWorkTable table;
  private final DueWorkStep timelineCheck;
  private final DueWorkStep fire;
  private final StepRunner steps;
  private final DatabaseReachability database;
  private final DueWorkConfig config;
  private final Ticker ticker;
  private final OtherReplicas otherReplicas;
  private final WakeableSleep sleep;
  private final ExpiryGracePeriod grace;
  private final ProgressWatch watch;
  private final AtomicLong moves = new AtomicLong();
  private final LogInterval temporaryFailures;
  private final Thread thread = new Thread(this::run, "orrery-due-work");

  /** When steps that have an interval ran last. */
  private final Map<DueWorkStep, Long> ranAt = new HashMap<>();

  private int outagesSeen;
  private Duration heldPause = HELD_ELSEWHERE;
  private Duration soonest;

  /** Time of the ticker in nanoseconds; null if the last query found no later fire. */
  private Long knownFireAt;

  private boolean heldElsewhere;
  private boolean lostDatabase;
  private boolean wasAway;
  private boolean written;
  private volatile boolean stopping;

  DueWorkLoop(
      DueWorkStore store,
      DueWorkTable table,
      StepRunner steps,
      DatabaseReachability database,
      OtherReplicas otherReplicas,
      DueWorkConfig config,
      SessionConfig sessionConfig,
      Ticker ticker,
      HintBus hints,
      ProgressWatch watch) {
    this.store = store;
    this.table = table;
    this.timelineCheck =
        DueWorkStep.request("check_timeline", Duration.ZERO, work -> true, this::checkTimeline);
    this.fire =
        table.steps().stream().filter(step -> step.kind() == Kind.FIRE).findAny().orElseThrow();
    this.steps = steps;
    steps.register(timelineCheck);
    table.steps().forEach(steps::register);
    this.database = database;
    this.otherReplicas = otherReplicas;
    this.config = config;
    this.ticker = ticker;
    this.temporaryFailures = new LogInterval(ticker);
    this.sleep = new WakeableSleep(ticker);
    this.grace = new ExpiryGracePeriod(sessionConfig.lease(), config.interval(), ticker);
    this.watch = watch;
    hints.listen(this::onHint);
    // A base backup of a restored server moves its log on, and hides that it went back.
    database.onReached(() -> sleep.within(Duration.ZERO));
  }

  /**
   * Watches the loop.
   *
   * @param running true while its thread runs
   */
  void watch(BooleanSupplier running) {
    watch.watch(
        "due_work",
        StallScope.OWN,
        EngineDatabase.LONGER_THAN_A_STATEMENT.plus(config.interval()),
        running,
        moves::get);
  }

  void start(@Observes @Priority(START_DUE_WORK) StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      beginGrace();
      thread.setDaemon(true);
      thread.start();
      watch(() -> !stopping);
    }
  }

  /**
   * Begins a grace: at the start of the service, because a start may take longer than a lease, and
   * when the server was restarted or replaced, or the database went back in time.
   */
  void beginGrace() {
    grace.begin();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    sleep.within(Duration.ZERO);
    thread.join(MAX_STOP.toMillis());
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

  /** Returns true if the loop sleeps, and runs within this time only if a hint wakes it. */
  public boolean sleepsLongerThan(Duration time) {
    return sleep.isLongerThan(time);
  }

  /** Queries and runs the due work; returns the time to sleep. */
  Duration runOnce() {
    moves.incrementAndGet();
    lostDatabase = false;
    try {
      fireKnown();
      if (lostDatabase) {
        onDatabaseLost();
        lostDatabase = false;
      }
      DueWork work =
          store.query(
              table.idleLanes().get(), table.jobsSetAside().get(), otherReplicas.question());
      otherReplicas.answer(work.otherReplicas());
      if (outagesSeen != database.outages()) {
        // An outage that was shorter than the interval.
        onDatabaseLost();
      }
      if (!written && database.hasWritten()) {
        // An outage that began before the start, and allowed reads, ends here.
        written = true;
        beginGrace();
      }
      grace.onDatabaseUp();
      return act(work);
    } catch (DatabaseException e) {
      if (!e.isOutage()) {
        logFailure(e);
        return AFTER_FAILURE;
      }
      LOG.debugf("Due-work loop lost the database; retrying in 1 s: %s", e.getMessage());
      onDatabaseLost();
      endWithEmbeddedDatabase();
      return AFTER_FAILURE;
    } catch (RuntimeException | Error e) {
      LOG.error("Due-work loop failed; retrying in 1 s", e);
      return AFTER_FAILURE;
    }
  }

  private void logFailure(DatabaseException e) {
    if (!e.isTemporary()) {
      LOG.error("Due-work loop failed; retrying in 1 s", e);
    } else if (temporaryFailures.isDue()) {
      // A lock of another client, or a deadlock: the statement is not the cause.
      LOG.warnf("Due-work loop failed; retrying in 1 s: %s", e.firstLine());
    }
  }

  private void onDatabaseLost() {
    outagesSeen = database.outages();
    wasAway = true;
    grace.onDatabaseDown();
  }

  /** An external database can always come back; an embedded one that is lost cannot. */
  private static void endWithEmbeddedDatabase() {
    if (EmbeddedDatabase.isLost()) {
      Quarkus.asyncExit(1);
    }
  }

  private Duration act(DueWork work) {
    soonest = config.interval();
    heldElsewhere = false;
    expectFire(isDue(work.nextFire()) ? work.laterFire() : work.nextFire());
    run(timelineCheck, work);
    table.steps().forEach(step -> runIfDue(step, work));
    if (lostDatabase) {
      // The query decides whether the database is down; if not, the other steps run at once.
      onDatabaseLost();
      return Duration.ZERO;
    }
    sleepAtMost(pauseForOthers());
    if (heldElsewhere && work.laterFire() != null) {
      // The held rows may belong to one app, and the next fire to another.
      boolean atOnce = work.laterFire().compareTo(HELD_ELSEWHERE) < 0;
      sleepAtMost(atOnce ? HELD_ELSEWHERE : work.laterFire());
    }
    return soonest;
  }

  private void expectFire(Duration time) {
    knownFireAt = time == null ? null : Long.valueOf(ticker.nanos() + time.toNanos());
  }

  /**
   * Fires triggers once the next fire of the last query is due: a fire waits neither for the query
   * that finds it, nor for more than one of the other steps.
   */
  private void fireKnown() {
    if (knownFireAt == null || ticker.nanos() - knownFireAt < 0) {
      return;
    }
    knownFireAt = null;
    if (run(fire, DueWork.FIRE) == Outcome.DONE) {
      sleep.within(Duration.ZERO);
    }
  }

  /**
   * Checks the timeline before a step ends attempts or sessions: in a database that went back in
   * time, leases lack their latest renewals, and another server may have refused renewals.
   */
  private void checkTimeline(DueWork work) {
    boolean ends =
        grace.isOver()
            && Stream.of(work.nextDeadline(), work.nextLeaseEnd()).anyMatch(DueWorkLoop::isDue);
    if (table.timeline().test(wasAway || ends)) {
      beginGrace();
    }
    wasAway = false;
  }

  /** Returns a pause that grows while due rows stay held, so that the loop does not spin. */
  private Duration pauseForOthers() {
    if (!heldElsewhere) {
      heldPause = HELD_ELSEWHERE;
      return soonest;
    }
    Duration pause = heldPause;
    Duration longer = pause.multipliedBy(2);
    heldPause = longer.compareTo(MAX_HELD_ELSEWHERE) < 0 ? longer : MAX_HELD_ELSEWHERE;
    return pause;
  }

  private void runIfDue(DueWorkStep step, DueWork work) {
    Duration time = step.time().apply(work);
    if (time == null) {
      return;
    }
    if (!isDue(time)) {
      sleepAtMost(time);
      return;
    }
    if ((step.kind() == Kind.END && !grace.isOver()) || !beginInterval(step)) {
      return;
    }
    Outcome outcome = run(step, work);
    if (step.kind() == Kind.REQUEST) {
      return;
    }
    switch (outcome) {
      // The next query finds the results of the step, and the rest of its work.
      case DONE -> sleep.within(Duration.ZERO);
      case FOUND_NOTHING -> heldElsewhere = true;
      default -> sleepAtMost(steps.pauseOf(step));
    }
  }

  /** Returns true if the interval of a step since its last run is over. */
  private boolean beginInterval(DueWorkStep step) {
    if (step.every().isZero()) {
      return true;
    }
    long now = ticker.nanos();
    Long last = ranAt.get(step);
    if (last != null && now - last < step.every().toNanos()) {
      return false;
    }
    ranAt.put(step, now);
    return true;
  }

  private Outcome run(DueWorkStep step, DueWork work) {
    if (step.kind() != Kind.FIRE) {
      fireKnown();
    }
    if (lostDatabase) {
      return Outcome.PAUSED;
    }
    Outcome outcome = steps.run(step, work);
    moves.incrementAndGet();
    lostDatabase = outcome == Outcome.LOST_DATABASE;
    return outcome;
  }

  private void sleepAtMost(Duration time) {
    soonest = time.compareTo(soonest) < 0 ? time : soonest;
  }

  private static boolean isDue(Duration time) {
    return time != null && (time.isZero() || time.isNegative());
  }
}
