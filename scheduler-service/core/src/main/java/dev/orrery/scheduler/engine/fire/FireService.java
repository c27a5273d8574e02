package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.command.BulkCancellation;
import dev.orrery.scheduler.engine.command.BulkCancellation.PartlyCanceled;
import dev.orrery.scheduler.engine.completion.InstanceMetrics;
import dev.orrery.scheduler.engine.fire.FireStore.Created;
import dev.orrery.scheduler.engine.fire.FireStore.Due;
import dev.orrery.scheduler.engine.fire.FireStore.Skipped;
import dev.orrery.scheduler.engine.fire.FireStore.Started;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.document.OverlapPolicy;
import dev.orrery.trigger.Trigger;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Creates the instances of due triggers. */
@ApplicationScoped
public class FireService {
  private static final Logger LOG = Logger.getLogger(FireService.class);

  /** A trigger that is due for longer is late: it comes after those on time. */
  public static final Duration LATE_AFTER = MisfireRule.MISSED_AFTER;

  /** The most triggers of a transaction. After this many fires it takes no more late triggers. */
  private static final int BATCH_SIZE = 2000;

  /**
   * Maximum of late triggers in a transaction; a late one can cost many times more than an on-time
   * one.
   */
  private static final int LATE_BATCH_SIZE = 500;

  private final EngineDatabase database;
  private final FireStore store;
  private final BulkCancellation cancels;
  private final HintBus hints;
  private final FireMetrics metrics;
  private final InstanceMetrics instances;
  private final TriggerQuarantine aside;
  private final Ticker ticker;

  FireService(
      EngineDatabase database,
      FireStore store,
      BulkCancellation cancels,
      HintBus hints,
      FireMetrics metrics,
      InstanceMetrics instances,
      TriggerQuarantine aside,
      Ticker ticker) {
    this.database = database;
    this.store = store;
    this.cancels = cancels;
    this.hints = hints;
    this.metrics = metrics;
    this.instances = instances;
    this.aside = aside;
    this.ticker = ticker;
  }

  /**
   * The result of one transaction.
   *
   * @param created fewer than {@code started} if a fire time had an instance already
   */
  record Fired(
      int triggers,
      Instant now,
      List<Started> started,
      List<Created> created,
      List<Skipped> skipped,
      Runnable cancelHints) {

    static final Fired NOTHING = new Fired(0, null, List.of(), List.of(), List.of(), () -> {});
  }

  /**
   * Fires due triggers, at most one batch; blocks. Late triggers have a transaction of their own,
   * so that those on time are committed first.
   *
   * @param late whether to fire late triggers after those on time
   * @return the number of triggers; 0 also if another replica holds the due ones
   */
  public int fireDue(boolean late) {
    int onTime = fireBatch(false);
    return late ? onTime + fireBatch(true) : onTime;
  }

  private int fireBatch(boolean late) {
    Fired fired = database.transaction(connection -> fire(connection, late));
    count(fired);
    publishHints(fired);
    return fired.triggers();
  }

  private Fired fire(Connection connection, boolean late) throws SQLException {
    Due due =
        late
            ? store.lockLate(connection, aside.jobs(), LATE_BATCH_SIZE)
            : store.lockOnTime(connection, aside.jobs(), BATCH_SIZE);
    setUnreadableAside(due.unreadable());
    due.broken().forEach(this::setBrokenAside);
    if (due.triggers().isEmpty()) {
      return Fired.NOTHING;
    }
    List<Decided> decided =
        decide(due, store.active(connection, jobsWithOverlapRule(due.triggers())), late);
    PartlyCanceled canceled =
        cancels.cancelSomeOf(connection, jobsToCancel(decided), EndReason.REPLACED);
    // Jobs with more active instances than one transaction cancels stay due: the next transaction
    // cancels more, and the one that cancels the last instances fires.
    List<Decided> complete =
        decided.stream().filter(one -> !canceled.unfinished().contains(one.jobId())).toList();
    List<Started> started = complete.stream().flatMap(Decided::started).toList();
    List<Skipped> skipped = complete.stream().flatMap(Decided::skipped).toList();
    List<Created> created = store.start(connection, started);
    if (created.size() < started.size()) {
      logDuplicates(started, created);
    }
    store.skip(connection, skipped);
    List<Long> jobs = complete.stream().map(Decided::jobId).toList();
    List<Instant> next = complete.stream().map(Decided::nextFireAt).toList();
    store.advance(connection, jobs, next);
    return new Fired(decided.size(), due.now(), started, created, skipped, canceled.afterCommit());
  }

  /** A trigger and what its job does now. */
  private record Decided(DueTrigger trigger, FireDecision decision) {
    long jobId() {
      return trigger.job().jobId();
    }

    /** Returns null if the trigger does not fire again. */
    Instant nextFireAt() {
      return decision.nextFireAt();
    }

    Stream<Started> started() {
      boolean drivesFixedDelay = trigger.job().rule().trigger() instanceof Trigger.Delay;
      return decision.fires().stream()
          .filter(Fire.Start.class::isInstance)
          .map(start -> new Started(trigger.job(), (Fire.Start) start, drivesFixedDelay));
    }

    Stream<Skipped> skipped() {
      return decision.fires().stream().map(this::skipped).filter(Objects::nonNull);
    }

    private Skipped skipped(Fire fire) {
      if (fire instanceof Fire.Overlapped one) {
        return skipped(one.fireTime(), one.reason(), 1);
      } else if (fire instanceof Fire.Missed some) {
        return skipped(some.latest(), EndReason.MISSED, some.count());
      } else if (fire instanceof Fire.Replaced one) {
        return new Skipped(
            trigger.job(), InstanceState.CANCELED, one.fireTime(), EndReason.REPLACED, null);
      }
      return null;
    }

    private Skipped skipped(Instant fireTime, EndReason reason, int count) {
      return new Skipped(trigger.job(), InstanceState.SKIPPED, fireTime, reason, count);
    }
  }

  /** Decides about triggers, in their order, until the transaction is full or its time is over. */
  private List<Decided> decide(Due due, Map<Long, ActiveInstanceCount> active, boolean late) {
    List<Decided> decided = new ArrayList<>();
    int fires = 0;
    DecisionTime time = DecisionTime.start(ticker, late);
    for (DueTrigger trigger : due.triggers()) {
      // At least one trigger, so that each transaction makes progress.
      boolean full = late && fires >= BATCH_SIZE;
      if ((full || time.isOver()) && !decided.isEmpty()) {
        break;
      }
      FireDecision decision = decide(trigger, active.get(trigger.job().jobId()), due.now());
      if (decision != null) {
        decided.add(new Decided(trigger, decision));
        fires += decision.fires().size();
      }
    }
    return decided;
  }

  /** In random order, so that a job with a million instances does not always come first. */
  private static List<Long> jobsToCancel(List<Decided> decided) {
    List<Long> jobs = new ArrayList<>();
    decided.stream()
        .filter(one -> one.decision().cancelsActive())
        .forEach(one -> jobs.add(one.jobId()));
    Collections.shuffle(jobs);
    return jobs;
  }

  private void setUnreadableAside(List<FiringJob> jobs) {
    List<FiringJob> added = jobs.stream().filter(job -> aside.add(job.jobId())).toList();
    if (!added.isEmpty()) {
      FiringJob first = added.get(0);
      LOG.warnf(
          "Skipping triggers of jobs that this release cannot read: count=%d; the first:"
              + " app=%s job=%s version=%d: %s",
          added.size(), first.app(), first.name(), first.version(), first.rule().unreadable());
    }
  }

  private void setBrokenAside(long job) {
    if (aside.add(job)) {
      LOG.errorf(
          "Skipping a trigger whose job is deleted, or whose version belongs to another job:"
              + " jobId=%d",
          job);
    }
  }

  /** Returns null if the decision fails: the trigger is set aside, and the others fire. */
  private FireDecision decide(DueTrigger trigger, ActiveInstanceCount active, Instant now) {
    try {
      return FireDecision.of(trigger, active == null ? ActiveInstanceCount.NONE : active, now);
    } catch (RuntimeException e) {
      FiringJob job = trigger.job();
      if (aside.add(job.jobId())) {
        LOG.errorf(
            e,
            "Failed to evaluate a trigger; skipping it: app=%s job=%s version=%d",
            job.app(),
            job.name(),
            job.version());
      }
      return null;
    }
  }

  /** Returns the jobs whose due triggers this replica does not fire for now. */
  public Set<Long> setAside() {
    return aside.jobs();
  }

  private static void logDuplicates(List<Started> started, List<Created> created) {
    Set<Map.Entry<Long, Instant>> fireTimes =
        created.stream()
            .map(one -> Map.entry(one.jobId(), one.fireTime()))
            .collect(Collectors.toSet());
    started.stream()
        .filter(one -> !fireTimes.contains(Map.entry(one.job().jobId(), one.start().fireTime())))
        .findFirst()
        .ifPresent(
            first ->
                LOG.errorf(
                    "Fire times already had an instance; created no second one: count=%d app=%s job=%s fireTime=%s",
                    started.size() - created.size(),
                    first.job().app(),
                    first.job().name(),
                    first.start().fireTime()));
  }

  private static Set<Long> jobsWithOverlapRule(List<DueTrigger> triggers) {
    Set<Long> jobs = new HashSet<>();
    for (DueTrigger trigger : triggers) {
      if (trigger.job().rule().overlap() != OverlapPolicy.ALLOW) {
        jobs.add(trigger.job().jobId());
      }
    }
    return jobs;
  }

  private void count(Fired fired) {
    metrics.started(fired.created().size());
    for (Skipped one : fired.skipped()) {
      if (one.state() == InstanceState.SKIPPED) {
        metrics.skipped(one.reason(), one.count());
      }
      instances.ended(one.state(), 1);
    }
  }

  private void publishHints(Fired fired) {
    fired.cancelHints().run();
    Set<Integer> lanes = new HashSet<>();
    for (Started one : fired.started()) {
      Duration wait = Duration.between(fired.now(), one.start().dueAt());
      if (wait.isNegative() || wait.isZero()) {
        lanes.add(one.job().laneId());
      } else {
        hints.dueIn(wait);
      }
    }
    hints.lanesReady(lanes);
    hints.unblock(
        fired.created().stream()
            .filter(Created::limited)
            .map(Created::jobId)
            .collect(Collectors.toSet()));
  }
}
