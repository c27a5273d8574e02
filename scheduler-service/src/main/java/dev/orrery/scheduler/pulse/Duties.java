package dev.orrery.scheduler.pulse;

import dev.orrery.scheduler.dispatch.Dispatcher;
import dev.orrery.scheduler.fire.Fires;
import dev.orrery.scheduler.instance.Deadlines;
import dev.orrery.scheduler.instance.DueInstances;
import dev.orrery.scheduler.slot.BlockedInstances;
import dev.orrery.scheduler.slot.UnsettledJobs;
import dev.orrery.scheduler.worker.SessionEnds;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;

/** The actions of the pulse. Every method blocks on the database. */
@ApplicationScoped
class Duties {
  private final Fires fires;
  private final DueInstances dueInstances;
  private final Deadlines deadlines;
  private final SessionEnds sessionEnds;
  private final BlockedInstances blockedInstances;
  private final UnsettledJobs unsettledJobs;
  private final Dispatcher dispatcher;

  Duties(
      Fires fires,
      DueInstances dueInstances,
      Deadlines deadlines,
      SessionEnds sessionEnds,
      BlockedInstances blockedInstances,
      UnsettledJobs unsettledJobs,
      Dispatcher dispatcher) {
    this.fires = fires;
    this.dueInstances = dueInstances;
    this.deadlines = deadlines;
    this.sessionEnds = sessionEnds;
    this.blockedInstances = blockedInstances;
    this.unsettledJobs = unsettledJobs;
    this.dispatcher = dispatcher;
  }

  void readLanes() {
    dispatcher.refreshLanes();
  }

  Collection<Integer> sleepingLanes() {
    return dispatcher.sleepingLanes();
  }

  /** Wakes those of the sleeping lanes that have ready instances. */
  void lanesReady(List<Integer> lanes) {
    dispatcher.lanesFoundReady(lanes);
  }

  /** Returns how many triggers were handled; 0 if another replica holds them. */
  int fire() {
    return fires.fireDue();
  }

  /** Returns how many instances became ready; 0 if another replica holds them. */
  int promote() {
    return dueInstances.promote();
  }

  /** Returns how many attempts were ended; 0 if another replica holds them. */
  int endOverdue() {
    return deadlines.endOverdue();
  }

  /** Returns how many sessions were ended; 0 if another replica holds them. */
  int endExpired() {
    return sessionEnds.endExpired();
  }

  void settleJobs() {
    unsettledJobs.settle();
  }

  void lookAtBlocked(boolean anyBlocked) {
    blockedInstances.look(anyBlocked);
  }
}
