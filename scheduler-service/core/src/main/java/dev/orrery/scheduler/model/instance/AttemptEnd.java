package dev.orrery.scheduler.model.instance;

import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.scheduler.base.database.StateCode;

/** The outcomes of an attempt, reported by its worker or declared by the scheduler. */
public enum AttemptEnd {
  SUCCEEDED(StateCode.SUCCEEDED),
  FAILED(StateCode.FAILED),
  TIMED_OUT(StateCode.TIMED_OUT),
  CANCELED(StateCode.CANCELED),
  /** Its session expired, or ended without reporting it. */
  LOST(StateCode.LOST),
  /** Handed back unfinished by a worker that stops. */
  HANDED_BACK(StateCode.HANDED_BACK);

  private final int code;

  AttemptEnd(StateCode code) {
    this.code = code.number();
  }

  /** Returns the code in the table {@code attempt}. */
  public int code() {
    return code;
  }

  public static AttemptEnd ofCode(int code) {
    for (AttemptEnd end : values()) {
      if (end.code == code) {
        return end;
      }
    }
    throw new IllegalArgumentException("No end of an attempt has the code " + code);
  }

  public static AttemptEnd of(Outcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> SUCCEEDED;
      case FAILED -> FAILED;
      case TIMED_OUT -> TIMED_OUT;
      case CANCELED -> CANCELED;
      case HANDED_BACK -> HANDED_BACK;
    };
  }
}
