package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.failover.TimelineService;
import dev.orrery.scheduler.engine.dispatch.Dispatcher;
import dev.orrery.scheduler.engine.fire.DueWorkStep.Kind;
import dev.orrery.scheduler.engine.worker.SessionEndService;
import dev.orrery.scheduler.model.concurrency.UnblockService;
import dev.orrery.scheduler.model.propagation.JobReconciler;
import io.quarkus.arc.All;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The steps of the due-work loop, and the inputs of its query.
 *
 * @param idleLanes returns the lanes in which the query looks for ready instances
 * @param jobsSetAside returns the jobs whose due triggers this replica does not fire for now
 * @param timeline checks whether the server was restarted or replaced, or the database went back in
 *     time; true as argument checks in any case, and not only every two seconds
 * @param steps in the order in which they run; those of other packages come last
 */
record DueWorkTable(
    Supplier<Collection<Integer>> idleLanes,
    Supplier<Collection<Long>> jobsSetAside,
    Predicate<Boolean> timeline,
    List<DueWorkStep> steps) {

  static final class Producer {
    @Produces
    @Singleton
    DueWorkTable table(
        DueWorkConfig config,
        FireService fires,
        DuePromoter promoter,
        AttemptTimeoutService timeouts,
        SessionEndService sessionEnds,
        UnblockService blockedInstances,
        JobReconciler jobs,
        Dispatcher dispatcher,
        TimelineService timeline,
        @All List<DueWorkStep> others) {
      return new DueWorkTable(
          () -> dispatcher.idleLanes(),
          () -> fires.setAside(),
          now -> timeline.check(now),
          Stream.concat(
                  Stream.of(
                      DueWorkStep.request(
                          "wake_lanes",
                          Duration.ZERO,
                          work -> true,
                          work -> {
                            dispatcher.newestVersion(work.newestVersion());
                            dispatcher.lanesFoundReady(work.readyLanes());
                          }),
                      DueWorkStep.work(
                          "fire",
                          Kind.FIRE,
                          DueWork::nextFire,
                          work -> fires.fireDue(work.isFireLate())),
                      DueWorkStep.work(
                          "promote", Kind.WORK, DueWork::nextDue, work -> promoter.promote()),
                      DueWorkStep.work(
                          "end_overdue",
                          Kind.END,
                          DueWork::nextDeadline,
                          work -> timeouts.endOverdue()),
                      DueWorkStep.work(
                          "end_expired",
                          Kind.END,
                          DueWork::nextLeaseEnd,
                          work -> sessionEnds.endExpired()),
                      DueWorkStep.request(
                          "recheck_jobs", Duration.ZERO, DueWork::recheck, work -> jobs.recheck()),
                      DueWorkStep.request(
                          "check_blocked",
                          config.blockedInterval(),
                          work -> true,
                          work -> blockedInstances.checkAll(work.blocked()))),
                  others.stream())
              .toList());
    }
  }
}
