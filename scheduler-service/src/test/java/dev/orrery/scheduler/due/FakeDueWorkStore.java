package dev.orrery.scheduler.due;

import dev.orrery.scheduler.hint.OtherReplicas;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** A database in which the test says what is seen. */
final class FakeDueWorkStore extends DueWorkStore {
  private static final Look NOTHING =
      new Look(null, null, null, null, false, false, List.of(), null);

  private Look look = NOTHING;
  private RuntimeException failure;
  private Collection<Integer> askedFor;

  FakeDueWorkStore() {
    super(null);
  }

  @Override
  Look look(Collection<Integer> sleepingLanes, OtherReplicas.Question peers) {
    askedFor = sleepingLanes;
    if (failure != null) {
      throw failure;
    }
    return look;
  }

  Collection<Integer> askedFor() {
    return askedFor;
  }

  void shows(Look next) {
    failure = null;
    look = next;
  }

  void showsNothing() {
    shows(NOTHING);
  }

  void failsWith(RuntimeException reason) {
    failure = reason;
  }

  static Look fireIn(Duration time) {
    return new Look(time, null, null, null, false, false, List.of(), null);
  }

  static Look dueIn(Duration time) {
    return new Look(null, time, null, null, false, false, List.of(), null);
  }

  static Look deadlineIn(Duration time) {
    return new Look(null, null, time, null, false, false, List.of(), null);
  }

  static Look leaseEndsIn(Duration time) {
    return new Look(null, null, null, time, false, false, List.of(), null);
  }

  static Look blocked() {
    return new Look(null, null, null, null, true, false, List.of(), null);
  }

  static Look recheck() {
    return new Look(null, null, null, null, false, true, List.of(), null);
  }

  static Look ready(Integer... lanes) {
    return new Look(null, null, null, null, false, false, List.of(lanes), null);
  }
}
