package dev.orrery.scheduler.due;

import dev.orrery.scheduler.command.InstanceCommandService;
import dev.orrery.scheduler.concurrency.BlockedInstanceService;
import dev.orrery.scheduler.concurrency.JobRechecker;
import dev.orrery.scheduler.dispatch.Dispatcher;
import dev.orrery.scheduler.fire.FireService;
import dev.orrery.scheduler.worker.SessionEndService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;

/** The actions of the due-work loop. Every method blocks on the database. */
@ApplicationScoped
class DueWorkActions {
  private final FireService fires;
  private final DuePromoter dueInstances;
  private final AttemptTimeouts deadlines;
  private final SessionEndService sessionEnds;
  private final BlockedInstanceService blockedInstances;
  private final JobRechecker jobRechecker;
  private final InstanceCommandService commands;
  private final Dispatcher dispatcher;

  DueWorkActions(
      FireService fires,
      DuePromoter dueInstances,
      AttemptTimeouts deadlines,
      SessionEndService sessionEnds,
      BlockedInstanceService blockedInstances,
      JobRechecker jobRechecker,
      InstanceCommandService commands,
      Dispatcher dispatcher) {
    this.fires = fires;
    this.dueInstances = dueInstances;
    this.deadlines = deadlines;
    this.sessionEnds = sessionEnds;
    this.blockedInstances = blockedInstances;
    this.jobRechecker = jobRechecker;
    this.commands = commands;
    this.dispatcher = dispatcher;
  }

  void readLanes() {
    dispatcher.refreshLanes();
  }

  Collection<Integer> sleepingLanes() {
    return dispatcher.idleLanes();
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

  void recheckJobs() {
    commands.cancelStraysOfDeleted();
    jobRechecker.recheck();
  }

  void lookAtBlocked(boolean anyBlocked) {
    blockedInstances.look(anyBlocked);
  }
}
