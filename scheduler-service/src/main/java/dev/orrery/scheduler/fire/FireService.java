package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.command.BulkCancellation;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.fire.FireStore.Due;
import dev.orrery.scheduler.fire.FireStore.LeftOut;
import dev.orrery.scheduler.fire.FireStore.Started;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.instance.EndReason;
import dev.orrery.scheduler.instance.InstanceMetrics;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.job.document.OverlapPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Makes instances of due triggers. */
@ApplicationScoped
public class FireService {
  private static final Logger LOG = Logger.getLogger(FireService.class);
  private static final int AT_ONCE = 2000;

  private final EngineDatabase database;
  private final FireStore store;
  private final BulkCancellation cancels;
  private final HintBus hints;
  private final FireMetrics metrics;
  private final InstanceMetrics instances;

  FireService(
      EngineDatabase database,
      FireStore store,
      BulkCancellation cancels,
      HintBus hints,
      FireMetrics metrics,
      InstanceMetrics instances) {
    this.database = database;
    this.store = store;
    this.cancels = cancels;
    this.hints = hints;
    this.metrics = metrics;
    this.instances = instances;
  }

  /**
   * The result of one transaction.
   *
   * @param made for each instance that was made, its job if that is limited
   */
  record Fired(
      int triggers,
      Instant now,
      List<Started> started,
      List<Optional<Long>> made,
      List<LeftOut> leftOut,
      Runnable cancelHints) {

    static final Fired NOTHING = new Fired(0, null, List.of(), List.of(), List.of(), () -> {});
  }

  /**
   * Deals with due triggers, at most one batch; blocks.
   *
   * @return how many triggers were dealt with; 0 also when another replica holds those that are due
   */
  public int fireDue() {
    Fired fired = database.transaction(this::fire);
    count(fired);
    tell(fired);
    return fired.triggers();
  }

  private Fired fire(Connection connection) throws SQLException {
    Due due = store.lockDue(connection, AT_ONCE);
    if (due.triggers().isEmpty()) {
      return Fired.NOTHING;
    }
    Map<Long, ActiveInstanceCount> active =
        store.active(connection, jobsThatMindOverlap(due.triggers()));
    List<Started> started = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    List<Long> canceling = new ArrayList<>();
    List<Long> jobs = new ArrayList<>();
    List<Instant> next = new ArrayList<>();
    for (DueTrigger trigger : due.triggers()) {
      long job = trigger.job().jobId();
      FireDecision decision =
          FireDecision.of(trigger, active.getOrDefault(job, ActiveInstanceCount.NONE), due.now());
      decision.fires().forEach(fire -> sort(trigger, fire, started, leftOut));
      if (decision.cancelsActive()) {
        canceling.add(job);
      }
      jobs.add(job);
      next.add(decision.nextFireAt());
    }
    Runnable cancelHints = cancels.cancelAllOf(connection, canceling, EndReason.REPLACED);
    List<Optional<Long>> made = store.start(connection, started);
    if (made.size() < started.size()) {
      LOG.errorf("%d fire times had an instance already", started.size() - made.size());
    }
    store.leaveOut(connection, leftOut);
    store.advance(connection, jobs, next);
    return new Fired(due.triggers().size(), due.now(), started, made, leftOut, cancelHints);
  }

  private static void sort(
      DueTrigger trigger, Fire fire, List<Started> started, List<LeftOut> leftOut) {
    if (fire instanceof Fire.Start start) {
      boolean drivesFixedDelay = trigger.job().document().trigger().delay() != null;
      started.add(new Started(trigger.job(), start, drivesFixedDelay));
    } else if (fire instanceof Fire.Overlapped one) {
      leftOut.add(skipped(trigger, one.fireTime(), one.reason(), 1));
    } else if (fire instanceof Fire.Missed some) {
      leftOut.add(skipped(trigger, some.latest(), EndReason.MISSED, some.count()));
    } else if (fire instanceof Fire.Replaced one) {
      leftOut.add(
          new LeftOut(
              trigger.job(), InstanceState.CANCELED, one.fireTime(), EndReason.REPLACED, null));
    }
  }

  private static LeftOut skipped(
      DueTrigger trigger, Instant fireTime, EndReason reason, int count) {
    return new LeftOut(trigger.job(), InstanceState.SKIPPED, fireTime, reason, count);
  }

  private static Set<Long> jobsThatMindOverlap(List<DueTrigger> triggers) {
    Set<Long> jobs = new HashSet<>();
    for (DueTrigger trigger : triggers) {
      if (trigger.job().document().overlap() != OverlapPolicy.ALLOW) {
        jobs.add(trigger.job().jobId());
      }
    }
    return jobs;
  }

  private void count(Fired fired) {
    metrics.started(fired.made().size());
    for (LeftOut one : fired.leftOut()) {
      if (one.state() == InstanceState.SKIPPED) {
        metrics.skipped(one.reason(), one.count());
      }
      instances.ended(one.state(), 1);
    }
  }

  private void tell(Fired fired) {
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
    hints.unblock(fired.made().stream().flatMap(Optional::stream).collect(Collectors.toSet()));
  }
}
