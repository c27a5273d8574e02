package dev.orrery.protocol.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.ProblemDetail;

/** The result of an offer: both sides agree, or the scheduler names the difference. */
public sealed interface Agreement {

  /**
   * Both sides speak this.
   *
   * @param version the highest API version that both sides support
   */
  record Reached(Protocol protocol, Dialect dialect, int version) implements Agreement {}

  /**
   * They cannot talk, and here is why.
   *
   * @param code {@code PROTOCOL_MISMATCH} or {@code VERSION_MISMATCH}
   * @param detail one sentence for people
   * @param server the side of the scheduler
   * @param worker the side of the worker
   * @param settingToChange the key, its side, and the value to set
   */
  record Refused(
      ErrorCode code, String detail, String server, String worker, String settingToChange)
      implements Agreement {

    /** The same as it goes over the wire. */
    public ProblemDetail toProblem() {
      return new ProblemDetail(
          null, null, code.status(), code, detail, null, server, worker, settingToChange);
    }
  }
}
