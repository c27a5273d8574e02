package dev.orrery.scheduler.fire;

import dev.orrery.scheduler.concurrency.UnblockService;
import dev.orrery.scheduler.dispatch.Dispatcher;
import dev.orrery.scheduler.failover.TimelineService;
import dev.orrery.scheduler.propagation.JobReconciler;
import dev.orrery.scheduler.worker.SessionEndService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;

/**
 * The actions of the due-work loop. Most block on the database; {@link #recheckJobs} and {@link
 * #checkBlocked} only request work.
 */
@ApplicationScoped
class DueWorkRunner {
  private final FireService fires;
  private final DuePromoter promoter;
  private final AttemptTimeoutService timeouts;
  private final SessionEndService sessionEnds;
  private final UnblockService blockedInstances;
  private final JobReconciler jobRechecker;
  private final Dispatcher dispatcher;
  private final TimelineService timeline;

  DueWorkRunner(
      FireService fires,
      DuePromoter promoter,
      AttemptTimeoutService timeouts,
      SessionEndService sessionEnds,
      UnblockService blockedInstances,
      JobReconciler jobRechecker,
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
   * Returns whether the server was restarted or replaced, or the database went back in time.
   *
   * @param now whether to check in any case, and not only every two seconds
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

  /** Returns the jobs whose due triggers this replica does not fire for now. */
  Collection<Long> jobsSetAside() {
    return fires.setAside();
  }

  /** Requests a refresh of the lanes if the newest version of all jobs is unknown. */
  void newestVersion(long id) {
    dispatcher.newestVersion(id);
  }

  /** Wakes idle lanes that have ready instances. */
  void lanesReady(List<Integer> lanes) {
    dispatcher.lanesFoundReady(lanes);
  }

  /**
   * Returns the number of fired triggers; 0 if another replica holds them.
   *
   * @param late whether any trigger is late
   */
  int fire(boolean late) {
    return fires.fireDue(late);
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

  /** Only requests the work, which may take longer than the loop can wait. */
  void recheckJobs() {
    jobRechecker.recheck();
  }

  /** Only requests the work, which may take longer than the loop can wait. */
  void checkBlocked(boolean anyBlocked) {
    blockedInstances.checkAll(anyBlocked);
  }
}
