package dev.orrery.scheduler.due;

import dev.orrery.scheduler.concurrency.BlockedInstanceService;
import dev.orrery.scheduler.concurrency.JobRechecker;
import dev.orrery.scheduler.dispatch.Dispatcher;
import dev.orrery.scheduler.fire.FireService;
import dev.orrery.scheduler.timeline.TimelineService;
import dev.orrery.scheduler.worker.SessionEndService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;

/** The actions of the due-work loop. They block on the database, but for two requests. */
@ApplicationScoped
class DueWorkRunner {
  private final FireService fires;
  private final DuePromoter promoter;
  private final AttemptTimeoutService timeouts;
  private final SessionEndService sessionEnds;
  private final BlockedInstanceService blockedInstances;
  private final JobRechecker jobRechecker;
  private final Dispatcher dispatcher;
  private final TimelineService timeline;

  DueWorkRunner(
      FireService fires,
      DuePromoter promoter,
      AttemptTimeoutService timeouts,
      SessionEndService sessionEnds,
      BlockedInstanceService blockedInstances,
      JobRechecker jobRechecker,
      Dispatcher dispatcher,
      TimelineService timeline) {
    this.fires = fires;
    this.promoter = promoter;
    this.timeouts = timeouts;
    this.sessionEnds = sessionEnds;
    this.blockedInstances = blockedInstances;
    this.jobRechecker = jobRechecker;
    this.dispatcher = dispatcher;
    this.timeline = timeline;
  }

  /**
   * Returns whether the database is no longer the one that it was.
   *
   * @param now checks in any case, and not only every two seconds
   */
  boolean checkTimeline(boolean now) {
    return timeline.check(now);
  }

  void readLanes() {
    dispatcher.refreshLanes();
  }

  Collection<Integer> idleLanes() {
    return dispatcher.idleLanes();
  }

  /** The jobs whose due triggers this replica leaves alone for now. */
  Collection<Long> jobsSetAside() {
    return fires.setAside();
  }

  /** Has the lanes read again if the newest version of all jobs is not known. */
  void newestVersion(long id) {
    dispatcher.newestVersion(id);
  }

  /** Wakes those of the sleeping lanes that have ready instances. */
  void lanesReady(List<Integer> lanes) {
    dispatcher.lanesFoundReady(lanes);
  }

  /** Returns the number of fired triggers; 0 if another replica holds them. */
  int fire() {
    return fires.fireDue();
  }

  /** Returns the number of instances that became ready; 0 if another replica holds them. */
  int promote() {
    return promoter.promote();
  }

  /** Returns the number of ended attempts; 0 if another replica holds them. */
  int endOverdue() {
    return timeouts.endOverdue();
  }

  /** Returns the number of ended sessions; 0 if another replica holds them. */
  int endExpired() {
    return sessionEnds.endExpired();
  }

  /** Requests it: it may take longer than the loop can wait. */
  void recheckJobs() {
    jobRechecker.recheck();
  }

  /** Requests it: it may take longer than the loop can wait. */
  void checkBlocked(boolean anyBlocked) {
    blockedInstances.checkAll(anyBlocked);
  }
}
