package dev.orrery.worker.client;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.transport.TransportException;

/** Thrown when the scheduler refused an operation or did not respond. */
public final class ProtocolClientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ProblemDetail problem;

  private ProtocolClientException(ProblemDetail problem, Throwable cause) {
    super(problem.code() + ": " + problem.detail(), cause);
    this.problem = problem;
  }

  public static ProtocolClientException refused(ProblemDetail problem) {
    return new ProtocolClientException(problem, null);
  }

  /** Without a response it is unknown whether the request arrived. */
  public static ProtocolClientException unreachable(String detail, Throwable cause) {
    return new ProtocolClientException(
        ProblemDetail.of(ErrorCode.UNREACHABLE, detail, null), cause);
  }

  /** Without a response; the failure may name the setting to change. */
  static ProtocolClientException unreachable(TransportException failure) {
    ProblemDetail problem = ProblemDetail.of(ErrorCode.UNREACHABLE, failure.getMessage(), null);
    return new ProtocolClientException(
        new ProblemDetail(
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

  public ProblemDetail problem() {
    return problem;
  }

  public ErrorCode code() {
    return problem.code();
  }
}
