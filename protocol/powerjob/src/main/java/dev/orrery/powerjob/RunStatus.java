package dev.orrery.powerjob;

import java.util.Arrays;
import java.util.Optional;

/** The states of a run in PowerJob, with their codes on the wire. */
public enum RunStatus {
  WAITING_DISPATCH(1),
  WAITING_WORKER_RECEIVE(2),
  RUNNING(3),
  FAILED(4),
  SUCCEED(5),
  CANCELED(9),
  STOPPED(10);

  private final int code;

  RunStatus(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Returns the state of a code; empty for an unknown one. */
  public static Optional<RunStatus> of(int code) {
    return Arrays.stream(values()).filter(status -> status.code == code).findFirst();
  }
}
