package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.powerjob.RunStatus;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;

/** Translates the states and results of runs into those of PowerJob. */
final class RunStatusRule {
  private static final String CANCELED_BY_USER = "canceled by user";
  private static final String STOPPED_BY_USER = "stopped by user";

  private RunStatusRule() {}

  /**
   * @param attempt the number of the last attempt; 0 before the first
   */
  static RunStatus status(InstanceState state, int attempt) {
    return switch (state) {
      case SCHEDULED, READY, BLOCKED -> RunStatus.WAITING_DISPATCH;
      case RUNNING, AWAITING -> RunStatus.RUNNING;
      case SUCCEEDED -> RunStatus.SUCCEED;
      case FAILED, TIMED_OUT -> RunStatus.FAILED;
      case CANCELED, SKIPPED -> attempt == 0 ? RunStatus.CANCELED : RunStatus.STOPPED;
    };
  }

  /** Returns what PowerJob calls the result: the error of a failure, the reason of a stop. */
  static String result(ClientRun run) {
    if (!run.state().isTerminal() || run.state() == InstanceState.SUCCEEDED) {
      return run.result();
    }
    if (run.state() == InstanceState.CANCELED
        && EndReason.ofCancel(run.reason()) == EndReason.CANCELED) {
      return run.attempt() == 0 ? CANCELED_BY_USER : STOPPED_BY_USER;
    }
    return run.error() == null ? run.reason() : run.error();
  }
}
