package dev.orrery.worker.wire;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Problem;
import dev.orrery.protocol.transport.TransportException;

/** A verb that was not answered as hoped: refused by the scheduler, or lost on the way. */
public final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  private WireException(Problem problem, Throwable cause) {
    super(problem.code() + ": " + problem.detail(), cause);
    this.problem = problem;
  }

  /** The scheduler has refused. */
  public static WireException refused(Problem problem) {
    return new WireException(problem, null);
  }

  /** Nothing has answered; whether the verb has arrived is not known. */
  public static WireException unreachable(String detail, Throwable cause) {
    return new WireException(Problem.of(ErrorCode.UNREACHABLE, detail, null), cause);
  }

  /** The same, where the transport knows which settings may be wrong. */
  static WireException unreachable(TransportException failure) {
    Problem problem = Problem.of(ErrorCode.UNREACHABLE, failure.getMessage(), null);
    return new WireException(
        new Problem(
            problem.type(),
            problem.title(),
            problem.status(),
            problem.code(),
            problem.detail(),
            null,
            null,
            null,
            failure.settingToChange().orElse(null)),
        failure);
  }

  public Problem problem() {
    return problem;
  }

  public ErrorCode code() {
    return problem.code();
  }
}
