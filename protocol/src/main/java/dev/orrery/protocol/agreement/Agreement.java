package dev.orrery.protocol.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.ProblemDetail;

/**
 * The scheduler's decision on a worker's offer: what both sides will use, or a refusal with its
 * reason.
 */
public sealed interface Agreement {

  /**
   * The protocol, dialect and API version that both sides use.
   *
   * @param version the highest API version that both sides support
   */
  record Reached(Protocol protocol, Dialect dialect, int version) implements Agreement {}

  /**
   * A refusal, with the reason and the setting to change.
   *
   * @param code {@code PROTOCOL_MISMATCH} or {@code VERSION_MISMATCH}
   * @param detail one sentence for users
   * @param server the side of the scheduler
   * @param worker the side of the worker
   * @param settingToChange the key, its side, and the value to set
   */
  record Refused(
      ErrorCode code, String detail, String server, String worker, String settingToChange)
      implements Agreement {

    public ProblemDetail toProblem() {
      return new ProblemDetail(
          null, null, code.status(), code, detail, null, server, worker, settingToChange);
    }
  }
}
