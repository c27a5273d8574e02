package dev.orrery.scheduler.model.instance;

import static dev.orrery.scheduler.model.instance.InstanceState.AWAITING;
import static dev.orrery.scheduler.model.instance.InstanceState.BLOCKED;
import static dev.orrery.scheduler.model.instance.InstanceState.CANCELED;
import static dev.orrery.scheduler.model.instance.InstanceState.FAILED;
import static dev.orrery.scheduler.model.instance.InstanceState.READY;
import static dev.orrery.scheduler.model.instance.InstanceState.RUNNING;
import static dev.orrery.scheduler.model.instance.InstanceState.SCHEDULED;
import static dev.orrery.scheduler.model.instance.InstanceState.SUCCEEDED;
import static dev.orrery.scheduler.model.instance.InstanceState.TIMED_OUT;

import java.util.EnumSet;
import java.util.Set;

/** The table of all transitions of an instance. */
public final class InstanceTransitions {
  private InstanceTransitions() {}

  /** Returns the states that may follow; none for terminal states. */
  public static Set<InstanceState> after(InstanceState state) {
    return switch (state) {
      case SCHEDULED -> EnumSet.of(READY, BLOCKED, CANCELED);
      case READY -> EnumSet.of(RUNNING, AWAITING, BLOCKED, CANCELED);
      case BLOCKED -> EnumSet.of(READY, SCHEDULED, CANCELED);
      case RUNNING -> EnumSet.of(SCHEDULED, READY, BLOCKED, SUCCEEDED, FAILED, TIMED_OUT, CANCELED);
      // The time-out of a job is that of each part, so a parent never times out.
      case AWAITING -> EnumSet.of(SUCCEEDED, FAILED, TIMED_OUT, CANCELED);
      case SUCCEEDED, FAILED, TIMED_OUT, CANCELED, SKIPPED -> EnumSet.noneOf(InstanceState.class);
    };
  }
}
