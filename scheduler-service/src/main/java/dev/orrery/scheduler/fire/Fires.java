package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.fire.FireStore.Due;
import dev.orrery.scheduler.fire.FireStore.Skipped;
import dev.orrery.scheduler.fire.FireStore.Started;
import dev.orrery.scheduler.hint.Hints;
import dev.orrery.scheduler.instance.InstanceMetrics;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.instance.Reason;
import dev.orrery.scheduler.job.OverlapPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/** Makes instances of due triggers. */
@ApplicationScoped
public class Fires {
  private static final Logger LOG = Logger.getLogger(Fires.class);
  private static final int AT_ONCE = 2000;

  private final HotDatabase database;
  private final FireStore store;
  private final Hints hints;
  private final FireMetrics metrics;
  private final InstanceMetrics instances;

  Fires(
      HotDatabase database,
      FireStore store,
      Hints hints,
      FireMetrics metrics,
      InstanceMetrics instances) {
    this.database = database;
    this.store = store;
    this.hints = hints;
    this.metrics = metrics;
    this.instances = instances;
  }

  private record Fired(
      int triggers, int made, List<Skipped> skipped, Set<Integer> lanes, Duration nextDueIn) {}

  /**
   * Deals with due triggers, at most one batch; blocks.
   *
   * @return how many triggers were dealt with; 0 also when another replica holds those that are due
   */
  public int fireDue() {
    Fired fired = database.transaction(this::fire);
    count(fired);
    hints.lanesReady(fired.lanes());
    if (fired.nextDueIn() != null) {
      hints.dueIn(fired.nextDueIn());
    }
    return fired.triggers();
  }

  private void count(Fired fired) {
    metrics.started(fired.made());
    fired.skipped().forEach(skipped -> metrics.skipped(skipped.reason(), skipped.count()));
    instances.ended(InstanceState.SKIPPED, fired.skipped().size());
  }

  private Fired fire(Connection connection) throws SQLException {
    Due due = store.lockDue(connection, AT_ONCE);
    if (due.triggers().isEmpty()) {
      return new Fired(0, 0, List.of(), Set.of(), null);
    }
    Set<Long> active = store.active(connection, jobsThatMindOverlap(due.triggers()));
    List<Started> started = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    List<Long> jobs = new ArrayList<>();
    List<Instant> next = new ArrayList<>();
    for (DueTrigger trigger : due.triggers()) {
      FireDecision decision =
          FireDecision.of(trigger, active.contains(trigger.job().jobId()), due.now());
      decision.fires().forEach(fire -> sort(trigger, fire, started, skipped));
      jobs.add(trigger.job().jobId());
      next.add(decision.nextFireAt());
    }
    int made = store.start(connection, started);
    if (made < started.size()) {
      LOG.errorf("%d fire times had an instance already", started.size() - made);
    }
    store.skip(connection, skipped);
    store.advance(connection, jobs, next);
    return fired(due, started, made, skipped);
  }

  private static void sort(
      DueTrigger trigger, Fire fire, List<Started> started, List<Skipped> skipped) {
    if (fire instanceof Fire.Start start) {
      boolean coupled = trigger.job().document().trigger().delay() != null;
      started.add(new Started(trigger.job(), start, coupled));
    } else if (fire instanceof Fire.Overlapped overlapped) {
      skipped.add(new Skipped(trigger.job(), overlapped.fireTime(), Reason.OVERLAP.name(), 1));
    } else if (fire instanceof Fire.Missed missed) {
      skipped.add(
          new Skipped(trigger.job(), missed.latest(), Reason.MISSED.name(), missed.count()));
    }
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

  private static Fired fired(Due due, List<Started> started, int made, List<Skipped> skipped) {
    Set<Integer> lanes = new HashSet<>();
    Duration nextDueIn = null;
    for (Started one : started) {
      Duration wait = Duration.between(due.now(), one.start().dueAt());
      if (wait.isNegative() || wait.isZero()) {
        lanes.add(one.job().laneId());
      } else if (nextDueIn == null || wait.compareTo(nextDueIn) < 0) {
        nextDueIn = wait;
      }
    }
    return new Fired(due.triggers().size(), made, skipped, lanes, nextDueIn);
  }
}
