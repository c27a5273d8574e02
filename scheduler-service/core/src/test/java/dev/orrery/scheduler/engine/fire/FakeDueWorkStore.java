package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.hint.OtherReplicas;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** A database in which the test says what is seen. */
final class FakeDueWorkStore extends DueWorkStore {
  private static final DueWork NOTHING =
      new DueWork(null, null, null, null, null, false, false, false, 0, List.of(), null);

  private DueWork look = NOTHING;
  private Throwable failure;
  private Collection<Integer> askedFor;
  private Collection<Long> jobsSetAside;

  FakeDueWorkStore() {
    super(null);
  }

  @Override
  DueWork query(
      Collection<Integer> idleLanes, Collection<Long> jobs, OtherReplicas.Question peers) {
    askedFor = idleLanes;
    jobsSetAside = jobs;
    if (failure != null) {
      FakeDueWork.raise(failure);
    }
    return look;
  }

  Collection<Long> jobsSetAside() {
    return jobsSetAside;
  }

  Collection<Integer> askedFor() {
    return askedFor;
  }

  void shows(DueWork next) {
    failure = null;
    look = next;
  }

  void showsNothing() {
    shows(NOTHING);
  }

  void failsWith(Throwable reason) {
    failure = reason;
  }

  static DueWork fireIn(Duration time) {
    return new DueWork(time, null, null, null, null, false, false, false, 0, List.of(), null);
  }

  /** A fire that is due, and one that is not. */
  static DueWork fireNowAndIn(Duration time) {
    return new DueWork(
        Duration.ZERO, time, null, null, null, false, false, false, 0, List.of(), null);
  }

  static DueWork dueIn(Duration time) {
    return new DueWork(null, null, time, null, null, false, false, false, 0, List.of(), null);
  }

  static DueWork deadlineIn(Duration time) {
    return new DueWork(null, null, null, time, null, false, false, false, 0, List.of(), null);
  }

  static DueWork leaseEndsIn(Duration time) {
    return new DueWork(null, null, null, null, time, false, false, false, 0, List.of(), null);
  }

  static DueWork in(Duration fire, Duration due, Duration deadline, Duration leaseEnd) {
    return new DueWork(
        fire, null, due, deadline, leaseEnd, false, false, false, 0, List.of(), null);
  }

  static DueWork blocked() {
    return new DueWork(null, null, null, null, null, true, false, false, 0, List.of(), null);
  }

  static DueWork recheck() {
    return new DueWork(null, null, null, null, null, false, false, true, 0, List.of(), null);
  }

  static DueWork newestVersion(long id) {
    return new DueWork(null, null, null, null, null, false, false, false, id, List.of(), null);
  }

  static DueWork ready(Integer... lanes) {
    return new DueWork(null, null, null, null, null, false, false, false, 0, List.of(lanes), null);
  }
}
